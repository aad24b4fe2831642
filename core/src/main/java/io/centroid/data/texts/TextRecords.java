package io.centroid.data.texts;

import io.centroid.data.ClassNames;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.decoding.DecodedFiles;
import io.centroid.io.decoding.DecodedStream;
import io.centroid.io.decoding.DecodingLimit;
import io.centroid.io.decoding.TextFormat;
import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/**
 * A reader of labeled texts from CSV or JSON Lines, in file order. Errors name file and line and
 * never quote the text. Not thread-safe.
 */
interface TextRecords extends Closeable {
  /** Maximum length of a text and of a JSON line, in UTF-16 units. */
  int LONGEST_TEXT = 1 << 20;

  /** Maximum length of a label in characters; a longer one is probably a text. */
  int LONGEST_LABEL = 200;

  /** Whether the file has labels, by its header or first record. */
  boolean labeled();

  /**
   * Checks that the file has labels.
   *
   * @throws InputException if it has none
   */
  void requireLabeled();

  /**
   * The next record, or null at the end of the file.
   *
   * @throws InputException if the record is invalid
   */
  @Nullable LabeledText next();

  @Override
  void close();

  /**
   * Opens a file: {@code .csv}, {@code .tsv} or {@code .jsonl}, gzipped or not.
   *
   * @throws InputException if the file has another extension, is empty, or begins with an invalid
   *     header or record
   */
  static TextRecords open(
      DecodedFiles files, String path, TextColumns columns, DecodingLimit decoded) {
    String name = files.stored().path(path).getName();
    boolean json = TextFormat.JSON_LINES.isOf(name);
    if (!json && !TextFormat.isTable(name)) {
      throw InputErrors.of(path, "expected a .csv, .tsv or .jsonl file, optionally with .gz");
    }
    DecodedStream stream = DecodedStream.open(files, path, decoded);
    stream
        .noTable()
        .ifPresent(
            found -> {
              stream.close();
              throw InputErrors.of(path, "is " + found + ", expected CSV, TSV or JSON Lines");
            });
    StrictReader text =
        new StrictReader(path, stream, stream.encoding(columns.dialect().encoding()));
    try {
      return json ? new JsonLinesRecords(text, columns) : new CsvTextRecords(text, columns);
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
  }

  /** The class name of a label. */
  static String className(String label, String path, long line) {
    if (label.isEmpty() || label.length() > LONGEST_LABEL) {
      throw InputErrors.of(
          path,
          "line " + line + ": label",
          "1 to " + LONGEST_LABEL + " characters",
          Integer.toString(label.length()));
    }
    return ClassNames.name(label);
  }
}

package io.centroid.data.texts;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.io.TextFormat;
import io.centroid.io.decoding.DecodedFiles;
import io.centroid.io.decoding.DecodedStream;
import io.centroid.io.decoding.DecodingLimit;
import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/**
 * The records of a CSV or JSON Lines file, in its order. Refusals name file and line and quote
 * nothing of the text. Not thread-safe.
 */
interface TextRecords extends Closeable {
  /** Longest text, and longest line of JSON, in UTF-16 units. */
  int LONGEST_TEXT = 1 << 20;

  /** Longer labels are texts that were taken for labels. */
  int LONGEST_LABEL = 200;

  /** Whether the file has labels, as its header or its first record tells. */
  boolean labeled();

  /**
   * The next record, or null at the end of the file.
   *
   * @throws InputException if it is not what the format asks
   */
  @Nullable LabeledText next();

  @Override
  void close();

  /**
   * Opens a file: {@code .csv} or {@code .jsonl}, gzipped or not.
   *
   * @throws InputException if it is of neither kind, empty, or does not begin as its kind does
   */
  static TextRecords open(
      DecodedFiles files, String path, TextColumns columns, DecodingLimit decoded) {
    String name = files.stored().path(path).getName();
    boolean json = TextFormat.JSON_LINES.isOf(name);
    if (!json && !TextFormat.CSV.isOf(name)) {
      throw InputErrors.of(path, "expected a .csv or .jsonl file, or one of these with .gz");
    }
    Utf8Reader text = new Utf8Reader(path, DecodedStream.open(files, path, decoded));
    try {
      return json ? new JsonLinesRecords(text, columns) : new CsvTextRecords(text, columns);
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
  }

  /** A label as a class can be named. */
  static String requireLabel(String label, String path, long line) {
    if (label.isEmpty() || label.length() > LONGEST_LABEL) {
      throw InputErrors.of(
          path,
          "line " + line + ": label",
          "1 to " + LONGEST_LABEL + " characters",
          Integer.toString(label.length()));
    }
    return label;
  }
}

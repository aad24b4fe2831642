package io.centroid.data.texts;

import io.centroid.data.ClassNames;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.DecodedFiles;
import io.centroid.io.decoding.DecodingLimit;
import io.centroid.text.Tokenizer;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A data set of classified texts in a CSV or JSON Lines file. The key of an example is its record
 * number, from 0, and record i belongs to worker i mod workers: each worker reads the whole file
 * and tokenizes its own records. A text longer than the block is truncated; one without tokens
 * becomes the end-of-text token. Immutable and serializable.
 */
public final class LabeledTexts implements ExampleSource {
  private static final long serialVersionUID = 1L;

  private final DecodedFiles files;
  private final String train;
  private final @Nullable String test;
  private final TextColumns columns;
  private final ClassNames classes;
  private final Tokenizer tokenizer;
  private final int block;
  private final long decodedLimit;

  /**
   * @param train path or URI of the training file
   * @param test path or URI of the test file; null if there is none
   * @param block maximum length of a text in tokens
   * @param decodedLimit maximum decoded size of a gzipped file in bytes
   */
  public LabeledTexts(
      HadoopFiles files,
      String train,
      @Nullable String test,
      TextColumns columns,
      ClassNames classes,
      Tokenizer tokenizer,
      int block,
      long decodedLimit) {
    this.files = new DecodedFiles(files);
    this.train = train;
    this.test = test;
    this.columns = columns;
    this.classes = classes;
    this.tokenizer = tokenizer;
    this.block = block;
    this.decodedLimit = decodedLimit;
  }

  /**
   * Collects the distinct labels of a file as class names, sorted. Reads the whole file.
   *
   * @throws InputException if the file is damaged, has no labels, or does not have 2 to {@link
   *     ClassNames#MOST} distinct ones
   */
  public static ClassNames classes(
      HadoopFiles files, String path, TextColumns columns, DecodingLimit decoded) {
    ClassNames.Found found = new ClassNames.Found(path, "data.texts.label");
    try (TextRecords records = TextRecords.open(new DecodedFiles(files), path, columns, decoded)) {
      records.requireLabeled();
      for (LabeledText record = records.next(); record != null; record = records.next()) {
        String label = record.label();
        if (label != null && !found.add(label)) {
          throw found.tooMany(record.line());
        }
      }
    }
    return found.classes();
  }

  /**
   * Checks that a split has labels.
   *
   * @throws InputException if it has none
   */
  public void requireLabels(Split split) {
    try (TextRecords records = open(path(split))) {
      records.requireLabeled();
    }
  }

  @Override
  public SourceSchema schema(Split split) {
    try (TextRecords records = open(path(split))) {
      return new SourceSchema(
          InputShape.row(block),
          SourceSchema.FeatureKind.TOKENS,
          OptionalLong.empty(),
          records.labeled());
    }
  }

  @Override
  public ExampleSource withOwnCache() {
    return new LabeledTexts(
        files.stored(), train, test, columns, classes, tokenizer, block, decodedLimit);
  }

  @Override
  public String place(Split split) {
    return path(split);
  }

  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    String path = path(split);
    try (TextRecords records = open(path)) {
      for (LabeledText record = records.next(); record != null; record = records.next()) {
        if (record.number() % workers == worker) {
          int[] tokens = tokens(path, record);
          sink.text(record.number(), tokens, Math.min(tokens.length, block), target(path, record));
          if (tokens.length > block) {
            sink.truncated();
          }
          if (record.text().isBlank()) {
            sink.empty();
          }
        }
      }
    }
  }

  private TextRecords open(String path) {
    return TextRecords.open(files, path, columns, DecodingLimit.setting(decodedLimit));
  }

  private float target(String path, LabeledText record) {
    String label = record.label();
    if (label == null) {
      return Float.NaN;
    }
    int number = classes.number(label);
    if (number < 0) {
      throw InputErrors.of(
          path,
          "line " + record.line() + ": unknown label, expected one of the classes " + classes);
    }
    return number;
  }

  private int[] tokens(String path, LabeledText record) {
    int[] tokens;
    try {
      tokens = tokenizer.encodeOrdinary(record.text());
    } catch (InputException e) {
      throw InputErrors.of(path, "line " + record.line() + ": " + e.getMessage());
    }
    if (tokens.length > 0) {
      return tokens;
    }
    OptionalInt end = tokenizer.endOfText();
    if (end.isEmpty()) {
      throw InputErrors.of(
          path,
          "line "
              + record.line()
              + ": empty text, expected at least one token (the tokenizer has no end-of-text"
              + " token)");
    }
    return new int[] {end.getAsInt()};
  }

  private String path(Split split) {
    String path =
        switch (split) {
          case TRAIN -> train;
          case TEST -> test;
        };
    if (path == null) {
      throw new InputException(train + ": there is no test file next to the training file");
    }
    return path;
  }
}

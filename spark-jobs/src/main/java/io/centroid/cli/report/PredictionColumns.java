package io.centroid.cli.report;

import java.util.List;

/** What the columns of a file of predictions are called, and how a prediction is spelled. */
public interface PredictionColumns {
  /** Numbers of a regression. */
  PredictionColumns NUMBERS = of("Id,Prediction", Float::toString);

  /** Class numbers, as Kaggle's Digit Recognizer takes them. */
  PredictionColumns CLASSES = of("ImageId,Label", value -> Integer.toString((int) value));

  String header();

  String spelled(float value);

  /** Classes of texts by name, quoted where CSV asks for it (RFC 4180). */
  static PredictionColumns named(List<String> classNames) {
    return of("Record,Label", value -> quoted(classNames.get((int) value)));
  }

  private static String quoted(String name) {
    boolean plain = name.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Spells one value. */
  interface Spelling {
    String of(float value);
  }

  private static PredictionColumns of(String header, Spelling spelling) {
    return new PredictionColumns() {
      @Override
      public String header() {
        return header;
      }

      @Override
      public String spelled(float value) {
        return spelling.of(value);
      }
    };
  }
}

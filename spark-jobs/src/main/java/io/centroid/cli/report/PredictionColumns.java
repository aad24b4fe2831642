package io.centroid.cli.report;

import java.util.List;

/** Header and value format of a file of predictions. */
public interface PredictionColumns {
  /** Predicted numbers of a regression. */
  PredictionColumns NUMBERS = of("Id,Prediction", Float::toString);

  /** Class numbers, in the format of Kaggle's Digit Recognizer. */
  PredictionColumns CLASSES = of("ImageId,Label", value -> Integer.toString((int) value));

  String header();

  String format(float value);

  /** Class names, quoted where CSV requires it (RFC 4180). */
  static PredictionColumns named(List<String> classNames) {
    return of("Record,Label", value -> quoted(classNames.get((int) value)));
  }

  private static String quoted(String name) {
    boolean plain = name.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Formats one value. */
  interface Format {
    String of(float value);
  }

  private static PredictionColumns of(String header, Format format) {
    return new PredictionColumns() {
      @Override
      public String header() {
        return header;
      }

      @Override
      public String format(float value) {
        return format.of(value);
      }
    };
  }
}

package io.centroid.data.csv;

import io.centroid.data.InputShape;
import io.centroid.data.SourceSchema;
import io.centroid.data.idx.IdxSource;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How to read a CSV file.
 *
 * @param target name of the column that is to be predicted; a file without it is unlabeled
 * @param features how the other columns are read: {@code PIXELS} as integers 0..255, {@code
 *     NUMBERS} as finite real numbers
 * @param targetKind whether the target is a class or a real number
 * @param classes class numbers must be below this; 0 if unknown
 * @param shape shape of one example; null for a square image if there is a square number of pixels,
 *     else a row
 * @param decodedLimit a gzipped file that holds more bytes than this is refused
 */
public record CsvFormat(
    String target,
    SourceSchema.FeatureKind features,
    TargetKind targetKind,
    int classes,
    @Nullable InputShape shape,
    long decodedLimit)
    implements Serializable {

  static final char DELIMITER = ',';

  /** The largest class number and one: all integers below it are exact as floats. */
  public static final int MOST_CLASSES = 1 << 24;

  /** What the target column holds. */
  public enum TargetKind {
    /** A class number, an integer from 0. */
    CLASS,
    /** A real number, for regression. */
    REAL
  }

  public CsvFormat {
    if (classes < 0 || classes > MOST_CLASSES || decodedLimit < 1) {
      throw new IllegalArgumentException("classes " + classes + ", decodedLimit " + decodedLimit);
    }
  }

  /** Images as Kaggle's Digit Recognizer has them: {@code label,pixel0,...,pixel783}. */
  public static CsvFormat images(int classes) {
    return new CsvFormat(
        "label",
        SourceSchema.FeatureKind.PIXELS,
        TargetKind.CLASS,
        classes,
        null,
        IdxSource.DEFAULT_DECODED_LIMIT);
  }
}

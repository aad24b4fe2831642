package io.centroid.data.csv;

import io.centroid.data.InputShape;
import io.centroid.data.SourceSchema;
import io.centroid.data.idx.IdxSource;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The format of a CSV file.
 *
 * @param target name of the target column; a file without it is unlabeled
 * @param features type of the other columns: {@code PIXELS} as integers 0..255, {@code NUMBERS} as
 *     finite real numbers
 * @param targetKind type of the target: class or real number
 * @param classes number of classes; 0 if unknown
 * @param shape shape of one example; null for a square image if the number of pixels is a square,
 *     else a row
 * @param decodedLimit maximum decoded size of a gzipped file in bytes
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

  /** Maximum number of classes: all integers below it are exact as floats. */
  public static final int MOST_CLASSES = 1 << 24;

  /** Type of the target column. */
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

  /** The image format of Kaggle's Digit Recognizer: {@code label,pixel0,...,pixel783}. */
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

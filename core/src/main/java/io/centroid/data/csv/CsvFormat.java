package io.centroid.data.csv;

import io.centroid.data.ClassNames;
import io.centroid.data.InputShape;
import io.centroid.data.SourceSchema;
import io.centroid.data.idx.IdxSource;
import java.io.Serializable;
import java.util.List;
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
 * @param dialect how the text is written
 * @param columns names of the feature columns in the order of an example's values; empty: all but
 *     the target and the ignored ones, in the order of the file
 * @param ignored names of columns that are no features
 * @param names class names; null if labels are class numbers
 * @param labels whether the target column is read
 * @param imputes whether a missing number is NaN, which the normalization replaces; else it is
 *     rejected
 */
public record CsvFormat(
    String target,
    SourceSchema.FeatureKind features,
    TargetKind targetKind,
    int classes,
    @Nullable InputShape shape,
    long decodedLimit,
    CsvDialect dialect,
    List<String> columns,
    List<String> ignored,
    @Nullable ClassNames names,
    boolean labels,
    boolean imputes)
    implements Serializable {

  /** Type of the target column. */
  public enum TargetKind {
    /** A class: its number, an integer from 0, or its name. */
    CLASS,
    /** A real number, for regression. */
    REAL
  }

  public CsvFormat {
    if (classes < 0 || classes > ClassNames.MOST || decodedLimit < 1) {
      throw new IllegalArgumentException("classes " + classes + ", decodedLimit " + decodedLimit);
    }
    columns = List.copyOf(columns);
    ignored = List.copyOf(ignored);
  }

  /** A labeled file with class numbers or real targets, all columns and no missing numbers. */
  public CsvFormat(
      String target,
      SourceSchema.FeatureKind features,
      TargetKind targetKind,
      int classes,
      @Nullable InputShape shape,
      long decodedLimit) {
    this(
        target,
        features,
        targetKind,
        classes,
        shape,
        decodedLimit,
        CsvDialect.DEFAULT,
        List.of(),
        List.of(),
        null,
        true,
        false);
  }

  /** Number of classes; the maximum if it is unknown. */
  int classesOrMost() {
    return classes > 0 ? classes : ClassNames.MOST;
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

  /**
   * This format with the columns of a schema.
   *
   * @param read whether the target column is read
   */
  public CsvFormat of(TableSchema schema, boolean read) {
    return new CsvFormat(
        target,
        features,
        targetKind,
        classes,
        shape,
        decodedLimit,
        dialect,
        schema.features(),
        ignored,
        schema.classes().isEmpty() ? null : new ClassNames(schema.classes()),
        read,
        imputes);
  }
}

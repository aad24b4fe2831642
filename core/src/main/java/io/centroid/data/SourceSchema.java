package io.centroid.data;

import java.io.Serializable;
import java.util.OptionalLong;

/**
 * What a source knows of one split before it is read.
 *
 * @param shape shape of one example
 * @param kind how the inputs are stored
 * @param count number of examples where a header declares it (an IDX file), else empty (a CSV file)
 * @param labeled false for data without targets, such as Kaggle's {@code test.csv}
 */
public record SourceSchema(InputShape shape, FeatureKind kind, OptionalLong count, boolean labeled)
    implements Serializable {

  /** How the inputs are stored: bytes 0..255, real numbers, or token ids. */
  public enum FeatureKind {
    PIXELS,
    NUMBERS,
    /** The shape is a row of as many values as a model sees tokens at once. */
    TOKENS
  }
}

package io.centroid.data;

import java.io.Serializable;
import java.util.OptionalLong;

/**
 * The schema of one split, known before it is read.
 *
 * @param shape shape of one example
 * @param kind storage type of the inputs
 * @param count number of examples if a header declares it (an IDX file), else empty (a CSV file)
 * @param labeled false for data without targets, such as Kaggle's {@code test.csv}
 */
public record SourceSchema(InputShape shape, FeatureKind kind, OptionalLong count, boolean labeled)
    implements Serializable {

  /** Storage type of the inputs: bytes 0..255, real numbers, or token ids. */
  public enum FeatureKind {
    PIXELS,
    NUMBERS,
    /** Token ids; the shape is a row of one value per token of the context. */
    TOKENS
  }
}

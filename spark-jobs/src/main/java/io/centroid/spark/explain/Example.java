package io.centroid.spark.explain;

/**
 * An example to explain.
 *
 * @param name name for people
 * @param key position in its source, from which its seed is derived
 * @param values values before normalization; empty for a text
 * @param text text; empty for other examples
 * @param target class number or target; NaN if unknown
 */
public record Example(String name, long key, float[] values, String text, float target) {

  /** The same with another name. */
  public Example named(String other) {
    return new Example(other, key, values, text, target);
  }
}

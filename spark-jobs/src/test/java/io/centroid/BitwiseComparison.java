package io.centroid;

import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;

/**
 * Recursive comparison with bitwise equality of numbers; AssertJ's own tolerates small differences.
 */
public final class BitwiseComparison {
  private BitwiseComparison() {}

  public static RecursiveComparisonConfiguration comparison() {
    return RecursiveComparisonConfiguration.builder()
        .withEqualsForType(Float::equals, Float.class)
        .withEqualsForType(Double::equals, Double.class)
        .build();
  }
}

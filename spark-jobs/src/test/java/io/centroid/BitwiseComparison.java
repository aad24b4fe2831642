package io.centroid;

import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;

/** Compares field by field and to the bit: AssertJ's own comparison forgives small differences. */
public final class BitwiseComparison {
  private BitwiseComparison() {}

  public static RecursiveComparisonConfiguration comparison() {
    return RecursiveComparisonConfiguration.builder()
        .withEqualsForType(Float::equals, Float.class)
        .withEqualsForType(Double::equals, Double.class)
        .build();
  }
}

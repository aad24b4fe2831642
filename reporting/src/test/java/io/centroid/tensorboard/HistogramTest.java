package io.centroid.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void bucketsHaveEqualWidthsFromTheLeastToTheGreatestValue() {
    float[] values = {9, 0, 0.5f, 1, 1.5f, 29, 30, Float.NaN, Float.POSITIVE_INFINITY, 9};
    Histogram histogram = Histogram.of(i -> values[i], 1, 8);
    double[] rows = histogram.rows();
    assertThat(rows).hasSize(90);
    for (int bucket = 0; bucket < 30; bucket++) {
      assertThat(rows[3 * bucket]).isEqualTo(bucket, Offset.offset(1e-12));
      assertThat(rows[3 * bucket + 1]).isEqualTo(bucket + 1, Offset.offset(1e-12));
      assertThat(rows[3 * bucket + 2])
          .as("bucket %d", bucket)
          .isEqualTo(bucket < 2 || bucket == 29 ? 2 : 0);
    }
  }

  @Test
  void equalValuesAreInTheLastBucket() {
    double[] rows = Histogram.of(i -> 0.25f, 0, 7).rows();
    assertThat(rows[89]).isEqualTo(7);
    assertThat(rows[87]).isEqualTo(0.25);
    assertThat(rows[2]).isZero();
  }

  @Test
  void noFiniteValueGivesEmptyBuckets() {
    assertThat(Histogram.of(i -> Float.NaN, 0, 7).rows()).containsOnly(0);
  }

  @Test
  void manyValuesAreSampledByAStride() {
    int size = 3 * (1 << 20) - 1;
    Histogram histogram = Histogram.of(i -> i % 3 == 0 ? i : Float.MAX_VALUE, 0, size);
    assertThat(histogram.stride()).isEqualTo(3);
    double counted = 0;
    for (int bucket = 0; bucket < 30; bucket++) {
      counted += histogram.rows()[3 * bucket + 2];
    }
    assertThat(counted).isEqualTo(1 << 20);
    assertThat(histogram.rows()[88]).isEqualTo(size - 2);
    assertThat(Histogram.of(i -> i, 0, 1 << 20).stride()).isOne();
  }
}

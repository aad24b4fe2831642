package io.centroid.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CurveTest {

  @Test
  void aShortCurveIsExact() {
    Curve curve = new Curve();
    for (int i = 0; i < Curve.MOST_POINTS; i++) {
      curve.add(i, 2.0 * i);
    }
    assertThat(curve.xs()).hasSize(Curve.MOST_POINTS).startsWith(0, 1, 2).endsWith(1023);
    assertThat(curve.ys()).startsWith(0, 2, 4).endsWith(2046);
  }

  @Test
  void aLongCurveIsAveragedInConstantMemory() {
    Curve curve = new Curve();
    for (int i = 0; i < 1_000_000; i++) {
      curve.add(i, i);
    }
    double[] xs = curve.xs();
    assertThat(xs.length).isBetween(Curve.MOST_POINTS / 2, Curve.MOST_POINTS);
    // Each point is the mean of 1,024 neighbors.
    assertThat(xs).startsWith(511.5, 1535.5).isSorted();
    assertThat(curve.ys()).containsExactly(xs);
    assertThat(curve.last()).isEqualTo(999_999);
  }

  @Test
  void gapsStayUnlessANeighborHasAValue() {
    Curve curve = new Curve();
    for (int i = 0; i < 2 * Curve.MOST_POINTS; i++) {
      curve.add(i, i < 4 || i % 2 == 0 ? Double.NaN : 7);
    }
    assertThat(curve.ys()).startsWith(Double.NaN, Double.NaN, 7, 7).endsWith(7);
  }
}

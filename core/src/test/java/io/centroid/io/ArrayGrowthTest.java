package io.centroid.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArrayGrowthTest {
  @Test
  void growsByHalfUpToTheLargestArray() {
    assertThat(ArrayGrowth.grown(0, 1)).isEqualTo(1);
    assertThat(ArrayGrowth.grown(1000, 1001)).isEqualTo(1500);
    assertThat(ArrayGrowth.grown(1000, 4000)).isEqualTo(4000);
    // Half as much again is above the largest int.
    assertThat(ArrayGrowth.grown(1_431_655_766, 1_431_655_767L)).isEqualTo(ArrayGrowth.LARGEST);
    assertThat(ArrayGrowth.grown(2_000_000_000, 2_000_000_001L)).isEqualTo(ArrayGrowth.LARGEST);
    assertThat(ArrayGrowth.grown(2_000_000_000, ArrayGrowth.LARGEST))
        .isEqualTo(ArrayGrowth.LARGEST);
    assertThatThrownBy(() -> ArrayGrowth.grown(ArrayGrowth.LARGEST, ArrayGrowth.LARGEST + 1L))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("an array of 2147483632 elements");
  }
}

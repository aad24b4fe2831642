package io.centroid.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.averaging.codec.Codec;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumOfSquaresTest {
  private static final float[] VALUES = values(3 * Codec.BLOCK + 77);

  @Test
  void sumsTheSquares() {
    double expected = 0;
    for (float value : VALUES) {
      expected += (double) value * value;
    }
    assertThat(SumOfSquares.add(0, VALUES, VALUES.length)).isCloseTo(expected, within(1e-9));
    assertThat(SumOfSquares.add(2, new float[] {3, 4, 5}, 2)).isEqualTo(27);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void slicesOfWholeBlocksGiveABitwiseIdenticalSum(int blocks) {
    double sum = 0;
    for (int from = 0; from < VALUES.length; from += blocks * Codec.BLOCK) {
      float[] slice =
          Arrays.copyOfRange(VALUES, from, Math.min(from + blocks * Codec.BLOCK, VALUES.length));
      sum = SumOfSquares.add(sum, slice, slice.length);
    }
    assertThat(sum).isEqualTo(SumOfSquares.add(0, VALUES, VALUES.length));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aValueThatIsNotFiniteMakesTheSumNotFinite(float bad) {
    for (int place : new int[] {0, 1, 2, 3, Codec.BLOCK, VALUES.length - 1}) {
      float[] values = VALUES.clone();
      values[place] = bad;
      assertThat(Double.isFinite(SumOfSquares.add(0, values, values.length))).isFalse();
    }
    float[] large = new float[Codec.BLOCK];
    Arrays.fill(large, Float.MAX_VALUE);
    assertThat(SumOfSquares.add(0, large, large.length)).isFinite();
  }

  private static float[] values(int length) {
    SplittableRandom random = new SplittableRandom(5);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return values;
  }
}

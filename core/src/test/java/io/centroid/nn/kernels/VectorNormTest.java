package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VectorNormTest {
  /** Longer than two parts, of single precision values that a single sum would lose. */
  @Test
  void squaresOfRangesAreAccurate() {
    float[] values = new float[200_003];
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() * 1e-3) + (i == 70_000 ? 5 : 0);
    }
    try (FloatVector vector = FloatVector.allocate(values.length)) {
      vector.load(values);
      for (int from : new int[] {0, 1, 65_536, 70_001, values.length}) {
        double expected = 0;
        for (int i = from; i < values.length; i++) {
          expected += (double) values[i] * values[i];
        }
        assertThat(VectorNorm.squares(vector, from, values.length - from))
            .isCloseTo(expected, within(1e-5 * expected));
      }
    }
  }

  @Test
  void copiesAndSubtracts() {
    try (FloatVector one = FloatVector.allocate(3);
        FloatVector other = FloatVector.allocate(3)) {
      one.load(new float[] {1, 2, 3});
      VectorNorm.copy(one, other);
      one.load(new float[] {1, 0, -2});
      VectorNorm.subtract(one, other);
      float[] found = new float[3];
      other.store(found);
      assertThat(found).containsExactly(0, 2, 5);
    }
  }
}

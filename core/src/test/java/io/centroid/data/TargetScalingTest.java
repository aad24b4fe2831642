package io.centroid.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.error.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TargetScalingTest {

  @Test
  void standardizesAndRestoresByHand() {
    // Mean 300,000 and deviation 100,000.
    TargetScaling scaling =
        TargetScaling.of(TargetScaling.Method.STANDARDIZE, moments(200_000, 400_000));
    assertThat(scaling).isEqualTo(new TargetScaling(300_000, 100_000));
    float[] targets = {200_000, 350_000, 7};
    scaling.standardize(targets, 2);
    assertThat(targets).containsExactly(-1, 0.5f, 7);
    assertThat(scaling.restore(new float[] {-1, 0.5f, 3}))
        .containsExactly(200_000, 350_000, 600_000);
  }

  @Test
  void equalTargetsDoNotDivideByZero() {
    TargetScaling scaling = TargetScaling.of(TargetScaling.Method.STANDARDIZE, moments(7, 7, 7));
    assertThat(scaling).isEqualTo(new TargetScaling(7, 1));
    float[] targets = {7};
    scaling.standardize(targets, 1);
    assertThat(targets).containsExactly(0);
    assertThat(TargetScaling.of(TargetScaling.Method.STANDARDIZE, Moments.NONE))
        .isEqualTo(TargetScaling.NONE);
  }

  /** Years, or prices that hardly differ: squared sums would lose all digits. */
  @Test
  void aMeanFarFromZeroCostsNoPrecision() {
    double[] values = {16_000_000, 16_000_001, 16_000_002, 16_000_003};
    Moments moments = moments(values);
    assertThat(moments.mean()).isEqualTo(16_000_001.5);
    assertThat(moments.deviation()).isCloseTo(Math.sqrt(1.25), within(1e-12));
    TargetScaling scaling = TargetScaling.of(TargetScaling.Method.STANDARDIZE, moments);
    float[] targets = {16_000_003};
    scaling.standardize(targets, 1);
    assertThat(targets[0]).isCloseTo((float) (1.5 / Math.sqrt(1.25)), within(1e-6f));
    assertThat(scaling.restore(targets)).containsExactly(16_000_003);
  }

  @Test
  void noneLeavesEveryBit() {
    float[] values = {Float.NaN, -0f, 1e-40f, 415_056};
    float[] copy = values.clone();
    TargetScaling.NONE.standardize(values, 4);
    assertThat(TargetScaling.NONE.restore(values)).isSameAs(values).isEqualTo(copy);
    assertThat(TargetScaling.of(TargetScaling.Method.NONE, moments(2, 4)))
        .isEqualTo(TargetScaling.NONE);
  }

  @Test
  void partsHaveTheMomentsOfTheWhole() {
    SplittableRandom random = new SplittableRandom(3);
    double[] values = random.doubles(1000).map(value -> 5e5 + 1e5 * value).toArray();
    Moments whole = moments(values);
    Moments merged = Moments.NONE;
    for (List<Integer> part :
        List.of(List.of(0, 10), List.of(10, 10), List.of(10, 700), List.of(700, 1000))) {
      merged = merged.merge(moments(Arrays.copyOfRange(values, part.get(0), part.get(1))));
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    assertThat(merged.count()).isEqualTo(1000);
    for (Moments found : List.of(whole, merged)) {
      assertThat(found.mean()).isCloseTo(mean, within(1e-6));
      assertThat(found.squares()).isCloseTo(squares, within(squares * 1e-12));
    }
  }

  @Test
  void targetsThatAreNotFiniteAreRejected() {
    for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      assertThatThrownBy(
              () -> TargetScaling.of(TargetScaling.Method.STANDARDIZE, moments(1, value, 2)))
          .isInstanceOf(InputException.class)
          .hasMessage("data: a training example has a target that is not finite");
    }
  }

  @Test
  void invalidScalingsAreRejected() {
    for (double deviation : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new TargetScaling(0, deviation))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Moments moments(double... values) {
    Moments moments = Moments.NONE;
    for (double value : values) {
      moments = moments.with(value);
    }
    return moments;
  }
}

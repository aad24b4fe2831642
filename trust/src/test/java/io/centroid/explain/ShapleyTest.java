package io.centroid.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.error.InputException;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exact Shapley values and KernelSHAP. */
class ShapleyTest {

  @Test
  void aLinearModelsValuesAreItsTermsDifferencesFromTheirMeans() throws IOException {
    ModelFunction linear =
        rows ->
            Arrays.stream(rows)
                .map(row -> new double[] {1 + 2 * row[0] - 3 * row[1] + 0.5 * row[2]})
                .toArray(double[][]::new);
    float[][] background = {{1, 0, 4}, {3, 2, 0}};
    MaskedModel model =
        new MaskedModel(linear, new float[] {5, 2, 4}, background, MaskedModel.columns(3));
    for (Explainer method : List.of(new ExactShapley(), new KernelShap(6, 1))) {
      Attribution found = method.explain(model).get(0);
      assertThat(found.contributions()).containsExactly(new double[] {6, -3, 1}, within(1e-12));
      assertThat(found.base()).isEqualTo(3);
      assertThat(found.value()).isEqualTo(7);
      assertThat(found.error()).isZero();
      assertThat(found.r2()).isCloseTo(1, within(1e-12));
    }
  }

  /** One left and two right gloves: only a pair is worth 1 (Shapley values 2/3, 1/6, 1/6). */
  @Test
  void valuesOfTheGloveGameAreKnown() throws IOException {
    ValueFunction gloves =
        new ValueFunction() {
          @Override
          public int features() {
            return 3;
          }

          @Override
          public double[][] values(List<BitSet> coalitions) {
            return coalitions.stream()
                .map(known -> new double[] {known.get(0) && known.cardinality() > 1 ? 1 : 0})
                .toArray(double[][]::new);
          }
        };
    double[] expected = {2.0 / 3, 1.0 / 6, 1.0 / 6};
    assertThat(new ExactShapley().explain(gloves).get(0).contributions())
        .containsExactly(expected, within(1e-15));
    Attribution kernel = new KernelShap(100, 1).explain(gloves).get(0);
    assertThat(kernel.contributions()).containsExactly(expected, within(1e-12));
    assertThat(kernel.r2()).isCloseTo(0.5, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 9, 10, 12})
  void kernelShapWithAllCoalitionsIsExact(int features) throws IOException {
    MaskedModel model = interacting(features, 7);
    List<Attribution> exact = new ExactShapley().explain(model);
    List<Attribution> kernel = new KernelShap((1 << features) + 2, 1).explain(model);
    assertThat(kernel).hasSize(2);
    for (int output = 0; output < 2; output++) {
      assertThat(Models.largestDifference(kernel.get(output), exact.get(output))).isLessThan(1e-6);
      assertThat(kernel.get(output).error()).isZero();
      assertThat(exact.get(output).gap()).isCloseTo(0, within(1e-12));
      assertThat(kernel.get(output).gap()).isCloseTo(0, within(1e-12));
    }
  }

  @Test
  void tenFeaturesAreWithinTwoHundredthsAt2048Samples() throws IOException {
    MaskedModel model = interacting(10, 7);
    Attribution exact = new ExactShapley().explain(model).get(0);
    Attribution kernel = new KernelShap(2048, 1).explain(model).get(0);
    assertThat(Models.largestDifference(kernel, exact)).isLessThan(0.02);
  }

  /** The bounds are those of the table in docs/explanations.md. */
  @ParameterizedTest
  @CsvSource({"10, 128, 0.026", "10, 510, 0.014", "16, 2048, 0.014", "16, 4096, 0.0064"})
  void sampledCoalitionsAreNearAndTheErrorSaysHowNear(int features, int samples, double largest)
      throws IOException {
    MaskedModel model = interacting(features, 3);
    Attribution exact = new ExactShapley().explain(model).get(0);
    int seeds = 20;
    int covered = 0;
    double squares = 0;
    double errors = 0;
    for (long seed = 1; seed <= seeds; seed++) {
      Attribution found = new KernelShap(samples, seed).explain(model).get(0);
      assertThat(Models.largestDifference(found, exact)).isPositive().isLessThan(largest);
      assertThat(found.gap()).isCloseTo(0, within(1e-12));
      assertThat(found.r2()).isBetween(0.5, 1.0);
      errors += found.error() / seeds;
      for (int i = 0; i < features; i++) {
        double difference = found.contributions()[i] - exact.contributions()[i];
        covered += Math.abs(difference) <= 2 * found.error() ? 1 : 0;
        squares += difference * difference / (seeds * features);
      }
    }
    // The error is the largest over the features, so it is above the mean difference.
    assertThat(Math.sqrt(squares)).isBetween(errors / 2, errors * 1.1);
    assertThat(covered).isGreaterThan(seeds * features * 9 / 10);
  }

  /** The outputs of a pair differ by a linear function then, so any pairs are enough. */
  @Test
  void sampledPairsAreExactIfOnlyPairsOfFeaturesInteract() throws IOException {
    MaskedModel model = interacting(16, 3);
    Attribution exact = new ExactShapley().explain(model).get(1);
    Attribution found = new KernelShap(300, 1).explain(model).get(1);
    assertThat(Arrays.stream(exact.contributions()).max().orElseThrow()).isGreaterThan(0.05);
    assertThat(Models.largestDifference(found, exact)).isLessThan(1e-9);
    assertThat(found.error()).isLessThan(1e-9);
  }

  @Test
  void resultsDependOnTheSeedAlone() throws IOException {
    MaskedModel model = interacting(14, 2);
    Attribution one = new KernelShap(300, 5).explain(model).get(0);
    assertThat(new KernelShap(300, 5).explain(model).get(0).contributions())
        .isEqualTo(one.contributions());
    assertThat(new KernelShap(300, 6).explain(model).get(0).contributions())
        .isNotEqualTo(one.contributions());
  }

  @Test
  void featuresThatEqualTheBackgroundContributeNothingAndAreNotSampled() throws IOException {
    float[] input = Models.rows(1, 30, 4)[0];
    float[] background = input.clone();
    for (int i = 0; i < 5; i++) {
      background[6 * i] = 0;
    }
    AtomicInteger evaluated = new AtomicInteger();
    ModelFunction counted =
        rows -> {
          evaluated.addAndGet(rows.length);
          return Models.interacting(30).apply(rows);
        };
    MaskedModel model =
        new MaskedModel(counted, input, new float[][] {background}, MaskedModel.columns(30));
    Attribution kernel = new KernelShap(1000, 1).explain(model).get(0);
    assertThat(evaluated).hasValue(32);
    Attribution exact = new ExactShapley().explain(model).get(0);
    assertThat(Models.largestDifference(kernel, exact)).isLessThan(1e-9);
    for (int i = 0; i < 30; i++) {
      assertThat(kernel.contributions()[i] != 0).isEqualTo(i % 6 == 0);
    }
  }

  @Test
  void groupsOfColumnsAreKnownTogether() throws IOException {
    ModelFunction product =
        rows ->
            Arrays.stream(rows)
                .map(row -> new double[] {row[0] * row[1] + row[2]})
                .toArray(double[][]::new);
    List<int[]> groups = List.of(new int[] {0, 1}, new int[] {2});
    MaskedModel model = new MaskedModel(product, new float[] {2, 3, 5}, new float[1][3], groups);
    assertThat(new KernelShap(10, 1).explain(model).get(0).contributions())
        .containsExactly(new double[] {6, 5}, within(1e-12));
  }

  @Test
  void whatCannotBeDeterminedIsRefused() throws IOException {
    assertThatThrownBy(() -> new KernelShap(20, 1).explain(interacting(60, 1)))
        .isInstanceOf(InputException.class)
        .hasMessage("20 samples do not determine the contributions of 60 features; 552 do");
    assertThat(new KernelShap(552, 1).explain(interacting(60, 1)).get(0).contributions())
        .hasSize(60);
    assertThatThrownBy(() -> new ExactShapley().explain(interacting(17, 1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at most 16 features that vary, found 17");
    assertThatThrownBy(
            () ->
                new MaskedModel(
                    Models.interacting(2), new float[2], new float[0][], MaskedModel.columns(2)))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(
            () ->
                new MaskedModel(
                    Models.interacting(2), new float[2], new float[1][3], MaskedModel.columns(2)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has 3 values, expected 2");
  }

  private static MaskedModel interacting(int features, int background) {
    return new MaskedModel(
        Models.interacting(features),
        Models.rows(1, features, 1)[0],
        Models.rows(background, features, 2),
        MaskedModel.columns(features));
  }
}

package io.centroid.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoalitionsTest {

  @ParameterizedTest
  @CsvSource({"2, 2", "3, 6", "4, 14", "7, 126", "10, 1022"})
  void allPairsAreEnumeratedWithTheShapleyKernel(int features, int samples) {
    Coalitions found = Coalitions.of(features, samples, 1);
    int pairs = samples / 2;
    assertThat(found.enumerated()).isEqualTo(pairs);
    assertThat(found.known()).hasSize(pairs).doesNotHaveDuplicates();
    assertThat(Arrays.stream(found.weights()).sum()).isCloseTo(1, within(1e-12));
    double first = found.weights()[0] / kernel(features, found.known().get(0).cardinality());
    for (int i = 0; i < pairs; i++) {
      assertThat(found.known().get(i).get(0)).isTrue();
      double kernel = kernel(features, found.known().get(i).cardinality());
      assertThat(found.weights()[i]).isCloseTo(first * kernel, within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 7, 37, 60, 200})
  void sufficientSamplesHaveAllCoalitionsOfOneFeature(int features) {
    int samples = Coalitions.sufficientSamples(features);
    assertThat(Coalitions.of(features, samples, 1).enumerated())
        .isGreaterThanOrEqualTo(features == 2 ? 1 : features);
    if (features > 2) {
      assertThat(Coalitions.of(features, samples - 2, 1).enumerated()).isZero();
    }
  }

  /** Formula of Lundberg and Lee, theorem 2. */
  private static double kernel(int features, int size) {
    double choices = 1;
    for (int i = 0; i < size; i++) {
      choices = choices * (features - i) / (i + 1);
    }
    return (features - 1) / (choices * size * (features - size));
  }

  @ParameterizedTest
  @CsvSource({"12, 400", "13, 401", "40, 2128", "300, 2648", "5, 2"})
  void sampledPairsAreDistinctAndShareTheWeight(int features, int samples) {
    Coalitions found = Coalitions.of(features, samples, 3);
    int pairs = samples / 2;
    assertThat(found.enumerated()).isLessThan(found.known().size());
    assertThat(found.known()).doesNotHaveDuplicates().hasSizeBetween(pairs - pairs / 10, pairs);
    assertThat(Arrays.stream(found.weights()).sum()).isCloseTo(1, within(1e-12));
    for (int i = 0; i < found.known().size(); i++) {
      BitSet known = found.known().get(i);
      assertThat(known.get(0)).isTrue();
      assertThat(known.cardinality()).isBetween(1, features - 1);
      if (i >= found.enumerated()) {
        double draws = found.weights()[i] / found.draw();
        assertThat(draws).isCloseTo(Math.rint(draws), within(1e-9)).isGreaterThan(0.5);
      }
    }
  }

  /** Averaged over seeds, the pairs of a size have their share of the Shapley kernel. */
  @Test
  void sampledPairsHaveTheShapleyKernelOnAverage() {
    int features = 9;
    double[] mean = new double[5];
    for (long seed = 0; seed < 200; seed++) {
      Coalitions found = Coalitions.of(features, 120, seed);
      for (int i = 0; i < found.known().size(); i++) {
        int known = found.known().get(i).cardinality();
        mean[Math.min(known, features - known)] += found.weights()[i] / 200;
      }
    }
    double all = 0;
    for (int size = 1; size < 5; size++) {
      all += 1.0 / (size * (9 - size));
    }
    for (int size = 1; size < 5; size++) {
      assertThat(mean[size]).isCloseTo(1.0 / (size * (9 - size)) / all, within(0.01));
    }
  }

  /** Of 12 features and 500 samples sizes 1, 2, 10 and 11 are enumerated: 78 pairs. */
  @Test
  void smallAndLargeCoalitionsAreEnumeratedFirst() {
    Coalitions found = Coalitions.of(12, 500, 3);
    assertThat(found.enumerated()).isEqualTo(78);
    assertThat(found.known().subList(0, 78))
        .allMatch(known -> known.cardinality() <= 2 || known.cardinality() >= 10);
    double weight = Arrays.stream(found.weights()).limit(78).sum();
    double all = 0;
    for (int size = 1; size < 12; size++) {
      all += 1.0 / (size * (12 - size));
    }
    double enumerated = 2 * (1.0 / 11 + 1.0 / 20);
    assertThat(weight).isCloseTo(enumerated / all, within(1e-12));
  }
}

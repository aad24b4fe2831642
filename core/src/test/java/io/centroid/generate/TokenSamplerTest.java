package io.centroid.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.error.InputException;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.RandomStream;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenSamplerTest {
  private static final int SAMPLES = 40_000;
  // Probabilities 0.4, 0.1, 0.3, 0.05, 0.15.
  private static final double[] SHARES = {0.4, 0.1, 0.3, 0.05, 0.15};

  @Test
  void samplesFromTheModelsDistribution() {
    assertThat(chiSquare(frequencies(new Sampling(1, 0, 1, 1, 1), scores(SHARES)), SHARES))
        .isLessThan(18.5);
  }

  @Test
  void temperatureSharpensTheDistribution() {
    double[] expected = new double[SHARES.length];
    double sum = 0;
    for (double share : SHARES) {
      sum += share * share;
    }
    for (int i = 0; i < SHARES.length; i++) {
      expected[i] = SHARES[i] * SHARES[i] / sum;
    }

    int[] found = frequencies(new Sampling(0.5, 0, 1, 1, 2), scores(SHARES));

    assertThat(chiSquare(found, expected)).isLessThan(18.5);
  }

  @ParameterizedTest
  @CsvSource({"1, '0'", "2, '0 2'", "3, '0 2 4'", "4, '0 1 2 4'", "9, '0 1 2 3 4'"})
  void topKKeepsTheKMostLikelyTokens(int k, String kept) {
    int[] found = frequencies(new Sampling(1, k, 1, 1, 3), scores(SHARES));

    assertThat(support(found)).isEqualTo(numbers(kept));
    assertThat(chiSquare(found, renormalized(numbers(kept)))).isLessThan(18.5);
  }

  @ParameterizedTest
  @CsvSource({
    "0.01, '0'",
    "0.39, '0'",
    "0.41, '0 2'",
    "0.69, '0 2'",
    "0.71, '0 2 4'",
    "0.84, '0 2 4'",
    "0.94, '0 1 2 4'",
    "0.96, '0 1 2 3 4'"
  })
  void topPKeepsTheSmallestNucleus(double p, String kept) {
    int[] found = frequencies(new Sampling(1, 0, p, 1, 4), scores(SHARES));

    assertThat(support(found)).isEqualTo(numbers(kept));
    assertThat(chiSquare(found, renormalized(numbers(kept)))).isLessThan(18.5);
  }

  @Test
  void topPComesAfterTopK() {
    // Of 0.4 and 0.3 the first has 0.571.
    assertThat(support(frequencies(new Sampling(1, 2, 0.57, 1, 5), scores(SHARES))))
        .containsExactly(0);
    assertThat(support(frequencies(new Sampling(1, 2, 0.58, 1, 5), scores(SHARES))))
        .containsExactly(0, 2);
  }

  @Test
  void tiesGoToTheLowestId() {
    float[] scores = {1, 3, 3, 0, 3};

    assertThat(support(frequencies(Sampling.GREEDY, scores))).containsExactly(1);
    assertThat(support(frequencies(new Sampling(1, 2, 1, 1, 6), scores))).containsExactly(1, 2);
  }

  @Test
  void repetitionPenaltyDividesPositiveLogitsAndMultipliesOthers() {
    DistinctTokens seen = new DistinctTokens();
    for (int id : new int[] {0, 1, 3, 0}) {
      seen.add(id);
    }
    float[] scores = {3, -2, 5, 0, -1};

    seen.penalize(scores, 1.5);

    assertThat(scores).containsExactly(2, -3, 5, 0, -1);
  }

  @Test
  void repetitionPenaltyCanChangeTheMostLikelyToken() {
    DistinctTokens seen = new DistinctTokens();
    seen.add(2);
    float[] scores = {4.0f, 1, 4.4f};

    assertThat(next(Sampling.GREEDY, scores, seen)).isEqualTo(2);
    assertThat(next(new Sampling(0, 0, 1, 1.2, 0), scores, seen)).isEqualTo(0);
  }

  @Test
  void nucleusOfALargeVocabularyIsExact() {
    int vocabulary = 50_257;
    float[] scores = new float[vocabulary];
    RandomStream random = new RandomStream(9);
    double[] shares = new double[vocabulary];
    double total = 0;
    for (int i = 0; i < vocabulary; i++) {
      scores[i] = (float) (8 * random.nextDouble());
      shares[i] = Math.exp(scores[i]);
      total += shares[i];
    }
    double[] sorted = shares.clone();
    Arrays.sort(sorted);
    double sum = 0;
    double least = 0;
    for (int i = vocabulary - 1; sum < 0.8 * total; i--) {
      sum += sorted[i];
      least = sorted[i];
    }
    TokenSampler sampler = new TokenSampler(new Sampling(1, 0, 0.8, 1, 7), vocabulary);
    FloatVector vector = vector(scores);
    RandomStream stream = new RandomStream(10);
    double smallest = Double.MAX_VALUE;
    for (int i = 0; i < 300; i++) {
      int id = sampler.next(vector, 0, new DistinctTokens(), stream);
      smallest = Math.min(smallest, shares[id]);
    }

    assertThat(smallest).isGreaterThanOrEqualTo(least * (1 - 1e-4)).isCloseTo(least, within(least));
  }

  @Test
  void nanAndInfiniteLogitsAreRejected() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(
              () ->
                  next(new Sampling(1, 0, 1, 1, 1), new float[] {0, bad, 1}, new DistinctTokens()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("token 1 is " + bad);
    }
  }

  @Test
  void invalidSettingsAreRejected() {
    assertThatThrownBy(() -> new Sampling(-1, 0, 1, 1, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("temperature must be 0, or from 0.001 to 1000: -1.0");
    assertThatThrownBy(() -> new Sampling(Double.NaN, 0, 1, 1, 1))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Sampling(1, -1, 1, 1, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Sampling(1, 0, 0, 1, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Sampling(1, 0, 1.1, 1, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Sampling(1, 0, 1, 0, 1)).isInstanceOf(InputException.class);
  }

  private static int next(Sampling sampling, float[] scores, DistinctTokens seen) {
    return new TokenSampler(sampling, scores.length)
        .next(vector(scores), 0, seen, new RandomStream(1));
  }

  private static int[] frequencies(Sampling sampling, float[] scores) {
    TokenSampler sampler = new TokenSampler(sampling, scores.length);
    FloatVector vector = vector(scores);
    RandomStream random = new RandomStream(sampling.seed());
    int[] found = new int[scores.length];
    for (int i = 0; i < SAMPLES; i++) {
      found[sampler.next(vector, 0, new DistinctTokens(), random)]++;
    }
    return found;
  }

  /** Above 18.5 for one seed of a thousand, with four degrees of freedom. */
  private static double chiSquare(int[] found, double[] expected) {
    double sum = 0;
    for (int i = 0; i < found.length; i++) {
      double mean = SAMPLES * expected[i];
      sum += mean == 0 ? found[i] * 1e9 : (found[i] - mean) * (found[i] - mean) / mean;
    }
    return sum;
  }

  private static double[] renormalized(Set<Integer> kept) {
    double sum = kept.stream().mapToDouble(id -> SHARES[id]).sum();
    double[] shares = new double[SHARES.length];
    kept.forEach(id -> shares[id] = SHARES[id] / sum);
    return shares;
  }

  private static Set<Integer> support(int[] found) {
    Set<Integer> ids = new TreeSet<>();
    for (int id = 0; id < found.length; id++) {
      if (found[id] > 0) {
        ids.add(id);
      }
    }
    return ids;
  }

  private static Set<Integer> numbers(String text) {
    Set<Integer> ids = new TreeSet<>();
    for (String number : text.split(" ", -1)) {
      ids.add(Integer.valueOf(number));
    }
    return ids;
  }

  private static float[] scores(double[] shares) {
    float[] scores = new float[shares.length];
    for (int i = 0; i < shares.length; i++) {
      scores[i] = (float) (Math.log(shares[i]) + 3);
    }
    return scores;
  }

  private static FloatVector vector(float[] scores) {
    FloatVector vector = FloatVector.allocate(scores.length);
    vector.load(scores);
    return vector;
  }
}

package io.centroid.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.error.InputException;
import io.centroid.random.NormalQuantile;
import io.centroid.random.Seed;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  private static final Tokenizer LETTERS =
      CharacterTokenizer.of("\n ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.");

  /**
   * A language model: a sentence has a normally distributed loss with mean 50 and deviation 2,
   * which its text determines; one that it has memorized has a given loss.
   */
  private static LeakCheck.Scorer model(Map<String, Double> memorized) {
    return each(
        text -> {
          double z = NormalQuantile.at(Seed.unit(Seed.mix(text.hashCode())));
          return -memorized.getOrDefault(text, 50 + 2 * z);
        });
  }

  private static LeakCheck.Scorer each(ToDoubleFunction<String> logLikelihood) {
    return (texts, scored) -> {
      double[] found = new double[texts.size()];
      for (int i = 0; i < found.length; i++) {
        found[i] = logLikelihood.applyAsDouble(LETTERS.decode(texts.get(i)));
        scored.accept(i + 1);
      }
      return found;
    };
  }

  @Test
  void canariesThatTheModelHasNotSeenAreRankedAtRandom() {
    Canaries canaries = Canaries.draw(5, 400, 1);
    List<Exposure> exposures =
        new LeakCheck(LETTERS, model(Map.of()), 1_000).measure(canaries, done -> {});
    // The exposure of a random rank is exponentially distributed with mean log2(e).
    assertThat(exposures).hasSize(500);
    assertThat(exposures.stream().mapToDouble(Exposure::bits).average().orElseThrow())
        .isCloseTo(1.443, within(0.2));
    assertThat(exposures.stream().filter(exposure -> exposure.bits() > 5).count())
        .isBetween(5L, 30L); // 1 in 32.
  }

  @Test
  void aMemorizedCanaryHasTheExposureOfItsRank() {
    Canaries canaries = Canaries.draw(5, 4, 1);
    Map<String, Double> memorized = new HashMap<>();
    memorized.put(canaries.canaries().get(0).text(), 10.0); // 20 deviations.
    memorized.put(canaries.canaries().get(1).text(), 50 - 2 * 4.0); // 1 of 31,574.
    memorized.put(canaries.canaries().get(2).text(), 50 - 2 * 1.5); // 1 of 14.97.
    List<Exposure> exposures =
        new LeakCheck(LETTERS, model(memorized), 4_000).measure(canaries, done -> {});
    Exposure first = exposures.get(0);
    assertThat(first.method()).isEqualTo(Exposure.Method.SKEW_NORMAL);
    assertThat(first.likelier()).isZero();
    assertThat(first.bits()).isCloseTo(19.932, within(0.001));
    assertThat(first.sampled()).isCloseTo(11.966, within(0.001)); // log2(4,001).
    assertThat(exposures.get(1).method()).isEqualTo(Exposure.Method.SKEW_NORMAL);
    assertThat(exposures.get(1).bits()).isCloseTo(14.947, within(1.5));
    assertThat(exposures.get(2).method()).isEqualTo(Exposure.Method.SAMPLING);
    assertThat(exposures.get(2).bits()).isCloseTo(3.904, within(0.25));
    assertThat(exposures.get(2).extrapolated()).isCloseTo(3.904, within(0.25));
  }

  @Test
  void allSecretsGiveTheExactRank() {
    Canary canary = new Canary("Dobomi Kanisu", 123_456, 1);
    Map<String, Double> memorized = new HashMap<>(Map.of(canary.text(), 20.0));
    memorized.put(canary.text(0), 19.0);
    memorized.put(canary.text(999_999), 20.0);
    memorized.put(canary.text(123_457), 20.001);
    Exposure exposure =
        new LeakCheck(LETTERS, model(memorized), LeakCheck.MOST_CANDIDATES)
            .measure(new Canaries(1, List.of(canary)), done -> {})
            .get(0);
    assertThat(exposure.method()).isEqualTo(Exposure.Method.EXACT);
    assertThat(exposure.candidates()).isEqualTo(999_999);
    assertThat(exposure.likelier()).isEqualTo(2);
    assertThat(exposure.bits()).isCloseTo(19.9316 - 1.5850, within(1e-3)); // Rank 3.
  }

  @Test
  void theSameCanariesAreComparedWithTheSameCandidates() {
    Canaries canaries = Canaries.draw(9, 3, 4);
    LeakCheck check = new LeakCheck(LETTERS, model(Map.of()), 1_000);
    List<Long> progress = new ArrayList<>();
    List<Exposure> once = check.measure(canaries, progress::add);
    assertThat(check.measure(canaries, done -> {})).isEqualTo(once);
    assertThat(check.sentences(canaries)).isEqualTo(7 * 1_001);
    assertThat(progress).hasSize(7 * 1_001).isSorted().doesNotHaveDuplicates().endsWith(7L * 1_001);
  }

  @Test
  void aModelThatPrefersNoSecretIsMeasured() {
    Canaries canaries = Canaries.draw(9, 1, 1);
    LeakCheck.Scorer flat = each(text -> -3);
    assertThat(new LeakCheck(LETTERS, flat, 1_000).measure(canaries, done -> {}).get(0).bits())
        .isZero();
    String secret = canaries.canaries().get(0).text();
    LeakCheck.Scorer one = each(text -> text.equals(secret) ? -2 : -3);
    assertThat(new LeakCheck(LETTERS, one, 1_000).measure(canaries, done -> {}).get(0).bits())
        .isCloseTo(19.932, within(0.001));
    LeakCheck.Scorer broken = each(text -> Double.NaN);
    assertThatThrownBy(() -> new LeakCheck(LETTERS, broken, 1_000).measure(canaries, done -> {}))
        .isInstanceOf(InputException.class)
        .hasMessage("the model's likelihood of a canary is not finite");
    for (int candidates : new int[] {999, 1_000_000}) {
      assertThatThrownBy(() -> new LeakCheck(LETTERS, flat, candidates))
          .isInstanceOf(InputException.class)
          .hasMessage("--candidates must be from 1000 to 999999: " + candidates);
    }
  }
}

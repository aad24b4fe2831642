package io.centroid.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Moments;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineTest {

  @Test
  void aClassifierThatPredictsOnlyTheMostFrequentClassIsNoBetter() {
    Evaluation constant =
        new Evaluation(100, 1, 0, new long[][] {{0, 30, 0}, {0, 50, 0}, {0, 20, 0}});
    assertThat(Baseline.notBeaten(constant, List.of()))
        .contains("accuracy 50.0 % over 100 examples, 50.0 % of which have class 1");
    assertThat(Baseline.notBeaten(constant, List.of("rot", "blau", "grün")).orElseThrow())
        .endsWith("50.0 % of which have class 'blau'");
  }

  @Test
  void aClassifierWithOneMoreHitIsBetter() {
    assertThat(
            Baseline.notBeaten(
                new Evaluation(100, 1, 0, new long[][] {{1, 29, 0}, {0, 50, 0}, {0, 20, 0}}),
                List.of()))
        .isEmpty();
  }

  /** By chance, a good model makes an error where the constant prediction makes one. */
  @ParameterizedTest
  @CsvSource({
    // negatives, positives, wrong negatives, wrong positives, is no better
    "19, 1, 0, 1, false",
    "19, 1, 5, 1, true",
    "4, 3, 1, 2, false",
    "4, 3, 3, 2, true",
    "7, 0, 0, 0, false",
    "7, 0, 7, 0, false",
    "990, 10, 4, 6, true",
    "990, 10, 4, 5, false"
  })
  void chanceDoesNotCountAgainstAClassifier(
      int negatives, int positives, int wrongNegatives, int wrongPositives, boolean noBetter) {
    Evaluation evaluation =
        new Evaluation(
            negatives + positives,
            1,
            0,
            new long[][] {
              {negatives - wrongNegatives, wrongNegatives},
              {wrongPositives, positives - wrongPositives}
            });
    assertThat(Baseline.notBeaten(evaluation, List.of()).isPresent()).isEqualTo(noBetter);
  }

  /** Exact values of the binomial distribution. */
  @ParameterizedTest
  @CsvSource({
    "0, 7, 0.3, 1",
    "5, 7, 0.285714286, 0.02327504",
    "8, 10, 0.5, 0.0546875",
    "10, 10, 0.5, 0.0009765625",
    "15, 100, 0.05, 0.000135854",
    "600, 1000, 0.5, 1.3642e-10"
  })
  void upperTailsOfTheBinomialDistribution(long least, long trials, double p, double expected) {
    assertThat(Baseline.probabilityOfAtLeast(least, trials, p))
        .isCloseTo(expected, within(expected * 2e-3));
  }

  @ParameterizedTest
  @CsvSource({
    "100, 0.02, false",
    "100, 0.009, true",
    "100, -5.7, true",
    "9, -1.9, false",
    "9, -2.1, true",
    "4, -100, false"
  })
  void aRegressionIsComparedWithTheMean(int examples, double r2, boolean noBetter) {
    double squares = 1e12;
    Evaluation evaluation =
        Evaluation.ofRegression((1 - r2) * squares, 1, new Moments(examples, 4e5, squares));
    assertThat(evaluation.r2()).isCloseTo(r2, within(1e-12));
    assertThat(Baseline.notBeaten(evaluation, List.of()).isPresent()).isEqualTo(noBetter);
  }

  @Test
  void equalTargetsAndLanguageModelsAreNotCompared() {
    Evaluation equal = Evaluation.ofRegression(3, 3, new Moments(100, 7, 0));
    assertThat(Baseline.notBeaten(equal, List.of())).isEmpty();
    assertThat(equal.r2()).isNaN();
    assertThat(equal.metrics()).containsOnlyKeys("meanAbsoluteError", "loss");
    assertThat(Baseline.notBeaten(Evaluation.ofTokens(10, 1000, 100, 0), List.of())).isEmpty();
    assertThat(Baseline.notBeaten(Evaluation.empty(0), List.of())).isEmpty();
  }
}

package io.centroid.retrain.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.config.RunConfig;
import io.centroid.evaluate.Evaluation;
import io.centroid.retrain.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VerdictTest {
  private static final RunConfig.Rule RULE = new RunConfig.Rule(0, 0, 0.02, 0.95, 2_000);

  /** 1,000 differences, 100 of 1 and 20 of -1: mean 0.08, standard error 0.0107. */
  @Test
  void intervalCoversTheMean() {
    double[] differences = new double[1_000];
    java.util.Arrays.fill(differences, 0, 100, 1);
    java.util.Arrays.fill(differences, 100, 120, -1);
    PairedBootstrap interval = PairedBootstrap.of(differences, 0.95, 4_000, 1);
    assertThat(interval.mean()).isEqualTo(0.08, within(1e-12));
    assertThat(interval.low()).isEqualTo(0.08 - 1.96 * 0.0107, within(0.003));
    assertThat(interval.high()).isEqualTo(0.08 + 1.96 * 0.0107, within(0.003));
    assertThat(PairedBootstrap.of(differences, 0.95, 4_000, 1)).isEqualTo(interval);
    assertThat(PairedBootstrap.of(differences, 0.5, 4_000, 1).low()).isGreaterThan(interval.low());
  }

  @Test
  void significantGainIsPromoted() {
    Verdict verdict = Verdict.of(measured(800, 800), measured(850, 860), List.of(), RULE, 1);
    assertThat(verdict.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(verdict.interval().mean()).isEqualTo(110.0 / 2_000, within(1e-12));
    assertThat(verdict.worstDrop()).isEqualTo(-0.05, within(1e-12));
  }

  @Test
  void insignificantGainIsNoGain() {
    Verdict verdict = Verdict.of(measured(800, 800), shifted(802, 800), List.of(), RULE, 1);
    assertThat(verdict.outcome()).isEqualTo(Outcome.NO_GAIN);
    assertThat(verdict.reasons()).singleElement().asString().contains("expected above 0");
    RunConfig.Rule lenient = new RunConfig.Rule(0, 0.05, 0.02, 0.95, 2_000);
    assertThat(Verdict.of(measured(800, 800), shifted(802, 800), List.of(), lenient, 1).outcome())
        .isEqualTo(Outcome.PROMOTED);
    RunConfig.Rule demanding = new RunConfig.Rule(0.01, 0.05, 0.02, 0.95, 2_000);
    assertThat(Verdict.of(measured(800, 800), shifted(802, 800), List.of(), demanding, 1).reasons())
        .singleElement()
        .asString()
        .isEqualTo("the gain is +0.00100, less than minimum-gain = 0.01");
  }

  @Test
  void significantLossIsWorse() {
    Verdict verdict = Verdict.of(measured(800, 800), measured(790, 700), List.of(), RULE, 1);
    assertThat(verdict.outcome()).isEqualTo(Outcome.WORSE);
    assertThat(verdict.interval().high()).isNegative();
    assertThat(verdict.worstClass()).isEqualTo(1);
    assertThat(verdict.worstDrop()).isEqualTo(0.1, within(1e-12));
  }

  @Test
  void gainWithLargeDropOfOneClassIsWorse() {
    Verdict verdict = Verdict.of(measured(600, 900), measured(900, 850), List.of(), RULE, 1);
    assertThat(verdict.interval().low()).isPositive();
    assertThat(verdict.outcome()).isEqualTo(Outcome.WORSE);
    assertThat(verdict.reasons())
        .singleElement()
        .asString()
        .isEqualTo("class 1 lost 0.0500 of its recall, more than worst-class-drop = 0.02");
    List<String> names = List.of("rot", "blau");
    assertThat(Verdict.of(measured(600, 900), measured(900, 850), names, RULE, 1).reasons())
        .containsExactly(
            "class 'blau' lost 0.0500 of its recall, more than worst-class-drop = 0.02");
  }

  @Test
  void regressionIsComparedBySquaredError() {
    ScoredModel champion =
        new ScoredModel(new Evaluation(3, 6, 0, new long[0][]), scores(-1, -2, -3));
    ScoredModel better =
        new ScoredModel(new Evaluation(3, 3, 0, new long[0][]), scores(-0.5, -1, -1.5));
    Verdict verdict = Verdict.of(champion, better, List.of(), RULE, 1);
    assertThat(verdict.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(verdict.interval().mean()).isEqualTo(1, within(1e-12));
    assertThat(verdict.worstClass()).isEqualTo(-1);
  }

  private static double[] scores(double... scores) {
    return scores;
  }

  /** Two classes of 1,000 examples, with the given numbers of correct predictions. */
  private static ScoredModel measured(int correctOfFirst, int correctOfSecond) {
    double[] scores = new double[2_000];
    java.util.Arrays.fill(scores, 0, correctOfFirst, 1);
    java.util.Arrays.fill(scores, 1_000, 1_000 + correctOfSecond, 1);
    return new ScoredModel(evaluation(correctOfFirst, correctOfSecond), scores);
  }

  /** As {@link #measured}, with ten correct predictions of the first class moved. */
  private static ScoredModel shifted(int correctOfFirst, int correctOfSecond) {
    ScoredModel measured = measured(correctOfFirst, correctOfSecond);
    java.util.Arrays.fill(measured.scores(), 0, 10, 0);
    java.util.Arrays.fill(measured.scores(), correctOfFirst, correctOfFirst + 10, 1);
    return measured;
  }

  private static Evaluation evaluation(int correctOfFirst, int correctOfSecond) {
    long[][] confusion = {
      {correctOfFirst, 1_000 - correctOfFirst}, {1_000 - correctOfSecond, correctOfSecond}
    };
    return new Evaluation(2_000, 100, 0, confusion);
  }
}

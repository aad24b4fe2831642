package io.centroid.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.evaluate.Evaluation;
import io.centroid.memory.PeakMemory;
import io.centroid.train.CarriedState;
import io.centroid.train.RoundCost;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressReportTest {
  private static final TrainingPlan PLAN = new TrainingPlan(10, 10, 20);
  private static final RoundCost FREE = new RoundCost(0, 0, 0, 0, 0, 0, 0, 0);
  private static final float[] NONE = new float[0];

  private final StringWriter err = new StringWriter();
  private final ProgressReport report = new ProgressReport(plain(err), false);

  @Test
  void printsALinePerValidation() {
    report.onNote("reading");
    report.onStart(PLAN, TrainState.initial(NONE));
    trainTo(state(1, 10, 1), 0);
    report.onEvaluation(
        state(1, 10, 1), EvaluationSet.VALIDATION, new Evaluation(4, 1, 0, new long[][] {{3, 1}}));
    report.close();
    assertThat(err.toString().lines())
        .satisfiesExactly(
            note -> assertThat(note).isEqualTo("reading"),
            line ->
                assertThat(line)
                    .matches(
                        "epoch 1 of 2, step 10 of 20, loss 0.5000, validation accuracy 0.7500, "
                            + "loss 0.2500, 1,000 examples/s, \\d+:\\d\\d left"));
  }

  @Test
  void printsDetailsOnRequest() {
    report.onDetail("peak memory");
    assertThat(err.toString()).isEmpty();
    new ProgressReport(plain(err), true).onDetail("peak memory");
    assertThat(err.toString().lines()).containsExactly("peak memory");
  }

  @Test
  void printsTheErrorOfARegression() {
    report.onStart(PLAN, TrainState.initial(NONE));
    trainTo(state(1, 10, 1), 0);
    report.onEvaluation(
        state(1, 10, 1), EvaluationSet.VALIDATION, new Evaluation(4, 1, 2, new long[0][0]));
    assertThat(err.toString()).contains(", validation mean absolute error 0.5000, loss 0.2500, ");
  }

  @Test
  void printsNothingForRapidRoundsAndTestEvaluations() {
    report.onStart(PLAN, TrainState.initial(NONE));
    trainTo(state(1, 10, 1), 0);
    trainTo(state(2, 20, 2), 1);
    report.onEvaluation(state(2, 20, 2), EvaluationSet.TEST, Evaluation.empty(2));
    report.onEnd();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void printsTheLastEpochAtTheEnd() {
    report.onStart(PLAN, TrainState.initial(NONE));
    trainTo(state(2, 20, 2), 1);
    report.onEvaluation(
        state(2, 20, 2), EvaluationSet.VALIDATION, new Evaluation(1, 0, 0, new long[][] {{1}}));
    assertThat(err.toString()).startsWith("epoch 2 of 2, step 20 of 20, ").contains(" 0:00 left");
  }

  @Test
  void aStopNamesWhatWasReportedLastAndEndsTheOutput() {
    report.onSaved("runs/one", -1);
    assertThat(report.stop())
        .contains("; the run runs/one has no checkpoint yet: the same command starts it again");
    report.onSaved("runs/one", 20);
    assertThat(report.stop())
        .contains(
            "; the last checkpoint is runs/one/checkpoints/step-00000020: the same command resumes"
                + " the run");
    report.onNote("late");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aStopBeforeTheRunSaysSo() {
    assertThat(report.stop()).contains(" before the run started: the same command starts it");
  }

  static Terminal plain(StringWriter err) {
    return new Terminal(new PrintWriter(err), Terminal.Progress.PLAIN, false);
  }

  private static TrainState state(long rounds, long steps, int epoch) {
    return new TrainState(rounds, steps, epoch, 0, 100 * rounds, NONE, CarriedState.nothing());
  }

  /** A round of 100 examples in a tenth of a second. */
  private void trainTo(TrainState state, int epoch) {
    Round round = new Round(state(state.rounds() - 1, 0, epoch), 10);
    report.onRound(
        state,
        round,
        new RoundResult(
            NONE, CarriedState.nothing(), 100, 0.5, FREE, PeakMemory.UNKNOWN, List.of()),
        100_000_000);
  }
}

package io.centroid.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.sweep.SweepPlan;
import io.centroid.sweep.SweepResults;
import io.centroid.sweep.Trial;
import io.centroid.sweep.TrialRecord;
import io.centroid.sweep.TrialRecord.Status;
import io.centroid.train.Metric;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SweepReportTest {
  private static final SweepPlan PLAN =
      new SweepPlan(
          List.of("optimizer.learning-rate", "outer.learning-rate", "model.hidden"),
          null,
          List.of(trial(1, "0.1", "[64,32]"), trial(2, "0.02", "[8]"), trial(3, "1e6", "[8]")));
  private static final SweepResults RESULTS =
      new SweepResults(
          Metric.ACCURACY,
          List.of(
              record(1, Status.FINISHED, 0.5, 2),
              record(2, Status.FINISHED, 0.75, 1),
              record(3, Status.DIVERGED, 0.1, 80)));

  @Test
  void theTableHasAllColumnsWhereTheyFit() {
    assertThat(SweepReport.lines(PLAN, RESULTS, 130))
        .containsExactly(
            "  trial      status    optimizer.learning-rate  outer.learning-rate   hidden"
                + "  accuracy  epochs  test accuracy     loss  seconds",
            "* trial-002  finished                     0.02                    1      [8]"
                + "    0.7500       3         0.2500   1.0000      2.0",
            "  trial-001  finished                      0.1                    1  [64,32]"
                + "    0.5000       3         0.2500   2.0000      2.0",
            "  trial-003  diverged                      1e6                    1      [8]"
                + "    0.1000       3         0.2500  80.0000      2.0");
  }

  @Test
  void aNarrowTerminalShowsTheSettingsAndTheMetricThatTrialsAreComparedBy() {
    assertThat(SweepReport.lines(PLAN, RESULTS, 100).get(0)).endsWith("accuracy  epochs");
    assertThat(SweepReport.lines(PLAN, RESULTS, 116)).allMatch(line -> line.length() <= 116);
    assertThat(SweepReport.lines(PLAN, RESULTS, 40).get(1))
        .isEqualTo(
            "* trial-002  finished                     0.02                    1      [8]"
                + "    0.7500");
  }

  private static Trial trial(int number, String rate, String hidden) {
    return new Trial(
        number,
        Map.of("optimizer.learning-rate", rate, "outer.learning-rate", "1", "model.hidden", hidden),
        "ab".repeat(32));
  }

  private static TrialRecord record(int number, Status status, double accuracy, double loss) {
    return new TrialRecord(
        number,
        status,
        3,
        30,
        List.of(),
        Map.of("accuracy", accuracy, "loss", loss),
        Map.of("accuracy", 0.25),
        null,
        2,
        status == Status.DIVERGED ? "the validation loss is 80" : null);
  }
}

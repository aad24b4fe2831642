package io.centroid.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.memory.PeakMemory;
import io.centroid.run.RunObserver;
import io.centroid.sweep.Halving;
import io.centroid.sweep.SweepPlan;
import io.centroid.sweep.SweepResults;
import io.centroid.sweep.Trial;
import io.centroid.sweep.TrialRecord;
import io.centroid.sweep.TrialRecord.Status;
import io.centroid.train.CarriedState;
import io.centroid.train.Metric;
import io.centroid.train.RoundCost;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.Round;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sweeps of four trials of ten steps an epoch. */
class SweepProgressTest {
  private static final float[] NONE = new float[0];

  private final StringWriter err = new StringWriter();

  @Test
  void elsewhereATrialThatEndsIsALineWithTheStateOfTheSweep() {
    SweepProgress progress = progress(Terminal.Progress.PLAIN, null, 1);
    Trial trial = plan(null).trials().get(1);
    train(progress.onTrial(trial), 10, 10);
    progress.onRecord(trial, record(2, Status.FINISHED, 0.75), results(2, Status.FINISHED, 0.75));
    progress.close();
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("4 trials in runs/sweep"),
            line -> assertThat(line).isEqualTo("trial-002 of 4: train.seed=2"),
            line ->
                assertThat(line)
                    .matches(
                        "trial-002 finished after epoch 1: validation accuracy 0.7500, 2.0 s; 1 of"
                            + " 4 trials, best accuracy 0.7500, 0:00 left"));
  }

  @Test
  void aTerminalShowsTrialsThatEndedTheBestAndThoseThatRun() {
    SweepProgress progress = progress(Terminal.Progress.AUTO, null, 1);
    Trial first = plan(null).trials().get(0);
    RunObserver unused = progress.onTrial(first);
    progress.onRecord(first, record(1, Status.FINISHED, 0.5), results(1, Status.FINISHED, 0.5));
    train(progress.onTrial(plan(null).trials().get(1)), 10, 3);
    progress.close();
    // One of four and three tenths of another.
    assertThat(last()).matches(" 32% .*1 of 4 trials, best accuracy 0.5000, trial-002 30%.*left");
    assertThat(last()).hasSizeLessThan(80);
    assertThat(err.toString()).contains("trial-001 finished after epoch 1: ");
  }

  @Test
  void theTrialsThatRunAreShownLastWhileTheTimeLeftIsUnknown() {
    SweepProgress progress = progress(Terminal.Progress.AUTO, null, 1);
    train(progress.onTrial(plan(null).trials().get(0)), 10, 1);
    progress.close();
    assertThat(last()).endsWith(" 0 of 4 trials, trial-001 10%");
  }

  @Test
  void withHalvingTheBarCountsTheEpochsThatWillBeTrained() {
    Halving halving = new Halving(2, 1);
    SweepProgress progress = progress(Terminal.Progress.AUTO, halving, 4);
    List<TrialRecord> records = new ArrayList<>();
    for (int number = 1; number <= 4; number++) {
      records.add(record(number, number < 4 ? Status.PAUSED : Status.DIVERGED, 0.5));
    }
    progress.onRecord(
        plan(halving).trials().get(3), records.get(3), new SweepResults(Metric.ACCURACY, records));
    progress.close();
    // 4 x 1 epochs to the first rung of 4 x 1 + 2 x 1 + 1 x 2 epochs.
    assertThat(last()).startsWith("sweep  50% ").contains("1 of 4 trials");
  }

  @Test
  void withoutProgressOnlyRemarksArePrinted() {
    SweepProgress progress = progress(Terminal.Progress.NONE, null, 1);
    Trial trial = plan(null).trials().get(0);
    train(progress.onTrial(trial), 10, 10);
    progress.onRecord(trial, record(1, Status.FINISHED, 0.5), results(1, Status.FINISHED, 0.5));
    progress.onNote("a remark");
    assertThat(err.toString().lines()).containsExactly("4 trials in runs/sweep", "a remark");
  }

  @Test
  void aStopEndsTheOutputAndSaysHowToResume() {
    SweepProgress progress = progress(Terminal.Progress.AUTO, null, 1);
    assertThat(progress.stop()).contains("; the same command resumes the sweep runs/sweep");
    String before = err.toString();
    progress.onNote("late");
    assertThat(err.toString()).isEqualTo(before);
  }

  private SweepProgress progress(Terminal.Progress shown, @Nullable Halving halving, int epochs) {
    Tty tty = new Tty(false, () -> new Tty.Size(24, 80), System::nanoTime);
    Optional<Tty> there = shown == Terminal.Progress.AUTO ? Optional.of(tty) : Optional.empty();
    Terminal terminal = new Terminal(new PrintWriter(err), shown, false, there);
    SweepProgress progress = new SweepProgress(terminal, false, "runs/sweep");
    progress.onPlan("runs/sweep", plan(halving), epochs);
    progress.onStart(results(1, Status.PLANNED, Double.NaN));
    return progress;
  }

  /** The last state of the bar, which is drawn when it is closed. */
  private String last() {
    String all = err.toString();
    return all.substring(all.lastIndexOf('\r') + 1).replace("\u001b[K", "").stripTrailing();
  }

  private static SweepPlan plan(@Nullable Halving halving) {
    return new SweepPlan(
        List.of("train.seed"),
        halving,
        IntStream.rangeClosed(1, 4)
            .mapToObj(n -> new Trial(n, Map.of("train.seed", "" + n), "ab".repeat(32)))
            .toList());
  }

  private static SweepResults results(int changed, Status status, double accuracy) {
    return new SweepResults(
        status == Status.PLANNED ? null : Metric.ACCURACY,
        IntStream.rangeClosed(1, 4)
            .mapToObj(
                n -> n == changed ? record(n, status, accuracy) : record(n, Status.PLANNED, 0))
            .toList());
  }

  private static TrialRecord record(int number, Status status, double accuracy) {
    return new TrialRecord(
        number,
        status,
        1,
        10,
        status == Status.PAUSED ? List.of(new TrialRecord.Rung(1, accuracy)) : List.of(),
        Map.of("accuracy", accuracy),
        Map.of(),
        null,
        2,
        status == Status.DIVERGED ? "training diverged" : null);
  }

  private static void train(RunObserver run, int total, int to) {
    TrainingPlan plan = new TrainingPlan(1, 10, total);
    run.onStart(plan, TrainState.initial(NONE));
    for (int step = 1; step <= to; step++) {
      RoundResult result =
          new RoundResult(
              NONE,
              CarriedState.nothing(),
              1,
              0.5,
              new RoundCost(0, 0, 0, 0, 0, 0, 0, 0),
              PeakMemory.UNKNOWN,
              List.of());
      run.onRound(state(step), new Round(state(step - 1), 1), result, 1);
    }
  }

  private static TrainState state(int step) {
    return new TrainState(step, step, 0, step, step, NONE, CarriedState.nothing());
  }
}

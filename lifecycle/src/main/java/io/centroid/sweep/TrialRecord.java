package io.centroid.sweep;

import io.centroid.io.Json;
import io.centroid.run.RunProgress;
import io.centroid.train.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a trial.
 *
 * @param trial number of the trial
 * @param status status
 * @param epochs number of completed epochs
 * @param step number of steps per worker
 * @param rungs metric at each rung that it reached, in ascending order
 * @param validation validation metrics of its last parameters; empty before the first rung or end
 * @param test test metrics at its end; empty without test examples
 * @param parametersSha256 SHA-256 of the final parameters; null before the end
 * @param seconds wall-clock duration of its runs
 * @param reason why it failed or diverged, in one line; null if it did not
 */
public record TrialRecord(
    int trial,
    Status status,
    int epochs,
    long step,
    List<Rung> rungs,
    Map<String, Double> validation,
    Map<String, Double> test,
    @Nullable String parametersSha256,
    double seconds,
    @Nullable String reason) {

  /** The status of a trial. */
  public enum Status {
    /** It was not started, or did not reach its first rung. */
    PLANNED,
    /** It waits at a rung for the others. */
    PAUSED,
    /** It is trained to its end. */
    FINISHED,
    /** It was not among the best at a rung. */
    STOPPED,
    /**
     * Its training diverged: the loss is NaN or infinite, or see {@link RunProgress#divergence}.
     */
    DIVERGED,
    /** Its settings cannot be used. */
    FAILED
  }

  /**
   * A rung that was reached.
   *
   * @param epoch number of completed epochs
   * @param score metric on the validation set
   */
  public record Rung(int epoch, double score) {}

  public TrialRecord {
    Json.require(trial >= 1, "trial", "1 or more");
    rungs = List.copyOf(rungs);
    validation = new TreeMap<>(validation);
    test = new TreeMap<>(test);
  }

  static TrialRecord planned(int trial) {
    return new TrialRecord(
        trial, Status.PLANNED, 0, 0, List.of(), Map.of(), Map.of(), null, 0, null);
  }

  /** Whether the trial is not trained any further. */
  public boolean isOver() {
    return switch (status) {
      case PLANNED, PAUSED -> false;
      case FINISHED, STOPPED, DIVERGED, FAILED -> true;
    };
  }

  /**
   * The record after a run that paused or ended.
   *
   * @param rung epoch at which the run was to pause
   * @param nanos duration of the run
   */
  TrialRecord after(RunProgress progress, int rung, long nanos) {
    String divergence = progress.divergence().orElse(null);
    List<Rung> reached = new ArrayList<>(rungs);
    if (progress.result().isEmpty() && divergence == null) {
      reached.add(new Rung(rung, progress.metric().of(progress.validation())));
    }
    return new TrialRecord(
        trial,
        divergence != null
            ? Status.DIVERGED
            : progress.result().isPresent() ? Status.FINISHED : Status.PAUSED,
        progress.epochs(),
        progress.step(),
        reached,
        progress.validation(),
        progress.result().map(result -> result.test()).orElse(Map.of()),
        progress.result().map(result -> result.parametersSha256()).orElse(null),
        seconds + nanos / 1e9,
        divergence);
  }

  /** The record after a run that failed. */
  TrialRecord ended(Status why, String message, long nanos) {
    return with(why, seconds + nanos / 1e9, message);
  }

  /** The record of a trial that failed and is tried again, from the last rung that it reached. */
  TrialRecord again() {
    return with(rungs.isEmpty() ? Status.PLANNED : Status.PAUSED, seconds, null);
  }

  /** The record of a trial that was not among the best. */
  TrialRecord stopped() {
    return with(Status.STOPPED, seconds, null);
  }

  /** The record of a trial that is not at its end. */
  private TrialRecord with(Status other, double duration, @Nullable String why) {
    return new TrialRecord(
        trial, other, epochs, step, rungs, validation, test, null, duration, why);
  }

  /** The metric of the last parameters; NaN if there is none. */
  public double score(Metric metric) {
    return switch (status) {
      case PLANNED, DIVERGED, FAILED -> Double.NaN;
      case PAUSED, STOPPED, FINISHED -> metric.of(validation);
    };
  }

  /** Whether it has reached the rung, or ended before. */
  boolean hasReached(int epoch) {
    return isOver() || rungs.stream().anyMatch(rung -> rung.epoch() == epoch);
  }

  /**
   * The metric by which it is compared at a rung: that of its end, if it ended before.
   *
   * @return NaN if it diverged or failed
   */
  double scoreAt(int epoch, Metric metric) {
    return rungs.stream()
        .filter(rung -> rung.epoch() == epoch)
        .findFirst()
        .map(Rung::score)
        .orElseGet(() -> score(metric));
  }
}

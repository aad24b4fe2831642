package io.centroid.run;

import io.centroid.evaluate.Evaluation;
import io.centroid.memory.PeakMemory;
import io.centroid.memory.ProcessMemory;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.privacy.PrivacyAccount;
import io.centroid.run.metrics.RunMemory;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.Rollback;
import io.centroid.train.RoundCost;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Time, traffic, peak memory and last metrics of a run, for its result and its summary. */
final class RunStatistics implements TrainingListener {
  private final TrainingPlan plan;
  private final int parallelism;
  private final @Nullable PrivacyAccount privacy;
  private final Throughput throughput;
  private long rounds;
  private long nanos;
  private long computeNanos;
  private long totalComputeNanos;
  private long bytesUp;
  private long bytesDown;
  private final ProcessMemory memory = new ProcessMemory();
  private PeakMemory workers = PeakMemory.UNKNOWN;
  private long validatedStep = -1;
  private Map<String, Double> validation = Map.of();
  private Map<String, Double> test = Map.of();

  /**
   * Creates empty statistics.
   *
   * @param parallelism number of workers that compute concurrently
   * @param privacy account of the privacy loss; null without it
   */
  RunStatistics(
      TrainingPlan plan, TrainState start, int parallelism, @Nullable PrivacyAccount privacy) {
    this.plan = plan;
    this.parallelism = parallelism;
    this.privacy = privacy;
    this.throughput = new Throughput(start, plan.totalSteps());
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    throughput.onRound(state, round, result, roundNanos);
    RoundCost cost = result.cost();
    rounds++;
    nanos += roundNanos;
    computeNanos += cost.computeNanos(parallelism);
    totalComputeNanos += cost.totalComputeNanos();
    bytesUp += cost.bytesUp();
    bytesDown += cost.bytesDown();
    workers = workers.or(result.peakMemory());
  }

  @Override
  public void onRollback(TrainState state, Rollback rollback) {
    validatedStep = -1;
    validation = Map.of();
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    if (part == EvaluationSet.TEST) {
      test = evaluation.metrics();
    } else {
      validatedStep = state.steps();
      validation = evaluation.metrics();
    }
  }

  /** Metrics of the last validation; empty if there was none. */
  Map<String, Double> validation() {
    return validation;
  }

  /** Whether the last validation was of this state. */
  boolean isValidated(TrainState state) {
    return validatedStep == state.steps();
  }

  /**
   * The result of the run.
   *
   * @param bestStep step of the best retained checkpoint; null if none was evaluated
   * @param stoppedEarly why early stopping ended the run; null if it did not
   * @param warning that the model is no better than a constant prediction; null if it is better
   * @param wallSeconds duration of the run in this process, in seconds
   */
  RunResult result(
      String runDir,
      TrainState end,
      @Nullable Long bestStep,
      @Nullable String stoppedEarly,
      @Nullable String warning,
      double wallSeconds) {
    PeakMemory driver = memory.peak();
    return new RunResult(
        runDir,
        end.steps(),
        end.rounds(),
        end.epoch(),
        end.examples(),
        throughput.examplesPerSecond(),
        wallSeconds,
        plan.localSteps(),
        computeShare(),
        bytesUp,
        bytesDown,
        FloatVector.sha256(end.parameters()),
        validation,
        test,
        bestStep,
        stoppedEarly,
        warning,
        privacy == null ? null : privacy.after(end.steps()),
        new RunMemory(driver, workers));
  }

  /** The share of the rounds' time spent in local steps, 0 to 1; 1 without a round. */
  private double computeShare() {
    return nanos == 0 ? 1 : Math.min(1, computeNanos / (double) nanos);
  }

  /**
   * The summary for the user, in lines; empty if nothing was trained.
   *
   * @param onSpark whether the workers ran on Spark, so that local training may be faster
   * @param workers number of logical workers (W)
   */
  List<String> notes(boolean onSpark, int workers) {
    if (rounds == 0) {
      return List.of();
    }
    int cores = Runtime.getRuntime().availableProcessors();
    double localNanos = totalComputeNanos / (double) Math.min(cores, workers);
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "%.1f s in %,d rounds: %.0f %% local steps, %.0f %% synchronization (%.1f ms per"
                + " round); workers sent %s and received %s",
            nanos / 1e9,
            rounds,
            100 * computeShare(),
            100 * (1 - computeShare()),
            (nanos - Math.min(nanos, computeNanos)) / 1e6 / rounds,
            size(bytesUp),
            size(bytesDown)));
    if (onSpark && localNanos <= 0.9 * nanos) {
      notes.add(
          String.format(
              Locale.ROOT,
              "local training on %d CPU cores would take about %.1f s instead of %.1f s: set"
                  + " compute.workers = local, or increase train.local-steps",
              cores,
              localNanos / 1e9,
              nanos / 1e9));
    }
    return notes;
  }

  private static String size(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%,d kB", bytes / 1000)
        : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}

package io.centroid.train;

import io.centroid.train.worker.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A number of local steps H chosen by measurement. The measured rounds' results are discarded, so
 * that the run equals one that is configured with this H.
 *
 * @param localSteps smallest H that keeps the communication share, at most one epoch
 * @param stepNanos duration of a local step of all workers
 * @param roundNanos overhead of a round in addition to its local steps
 */
public record LocalStepsChoice(int localSteps, long stepNanos, long roundNanos) {
  private static final long WARM_UP_NANOS = 1_500_000_000L;
  private static final int WARM_UP_ROUNDS = 60;
  private static final long ROUND_NANOS = 50_000_000L;
  private static final int MEASURED_ROUNDS = 9;

  /**
   * Measures step and round durations, which takes a few seconds, or at least seven rounds.
   *
   * @param share maximum communication share of a round, between 0 and 1
   */
  public static LocalStepsChoice measure(
      Workers workers, TrainState start, TrainingPlan plan, int parallelism, double share) {
    int most = plan.stepsPerEpoch() - start.stepInEpoch();
    long began = System.nanoTime();
    long step = Long.MAX_VALUE;
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      RoundCost cost = workers.run(new Round(start, 1)).cost();
      step = Math.min(step, cost.computeNanos(parallelism));
      if (i >= 1 && System.nanoTime() - began > WARM_UP_NANOS) {
        break;
      }
    }
    int steps = (int) Math.max(1, Math.min(most, ROUND_NANOS / Math.max(1, step)));
    int rounds = step > WARM_UP_NANOS ? 3 : MEASURED_ROUNDS;
    List<Long> stepNanos = new ArrayList<>();
    List<Long> roundNanos = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      RoundCost cost = workers.run(new Round(start, steps)).cost();
      stepNanos.add(cost.computeNanos(parallelism) / steps);
      roundNanos.add(cost.overheadNanos(parallelism));
    }
    return of(median(stepNanos), median(roundNanos), most, share);
  }

  /** The smallest H with {@code round / (round + H * step) <= share}. */
  static LocalStepsChoice of(long stepNanos, long roundNanos, int most, double share) {
    double wanted = Math.ceil(roundNanos * (1 - share) / (share * Math.max(1, stepNanos)));
    return new LocalStepsChoice((int) Math.max(1, Math.min(most, wanted)), stepNanos, roundNanos);
  }

  /** Communication share of a round of {@code localSteps} steps. */
  public double share() {
    return roundNanos / (double) (roundNanos + localSteps * stepNanos);
  }

  /** H and its derivation, for the log. */
  public String description() {
    return String.format(
        Locale.ROOT,
        "%d, since a step takes %.2f ms and a synchronization %.1f ms (%.0f %% of the time)",
        localSteps,
        stepNanos / 1e6,
        roundNanos / 1e6,
        100 * share());
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}

package io.centroid.run;

import io.centroid.train.RoundCost;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.Round;
import java.util.Locale;
import java.util.Optional;

/** Where the time of a run's rounds went, told at its end. */
final class TimeAccount implements TrainingListener {
  private final int parallelism;
  private long rounds;
  private long nanos;
  private long computeNanos;
  private long totalComputeNanos;
  private long bytesUp;
  private long bytesDown;

  /**
   * An account of nothing yet.
   *
   * @param parallelism workers that compute at once
   */
  TimeAccount(int parallelism) {
    this.parallelism = parallelism;
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    RoundCost cost = result.cost();
    rounds++;
    nanos += roundNanos;
    computeNanos += cost.computeNanos(parallelism);
    totalComputeNanos += cost.totalComputeNanos();
    bytesUp += cost.bytesUp();
    bytesDown += cost.bytesDown();
  }

  /** The share of the rounds' time that went into local steps, 0 to 1; 1 without a round. */
  double computeShare() {
    return nanos == 0 ? 1 : Math.min(1, computeNanos / (double) nanos);
  }

  long bytesUp() {
    return bytesUp;
  }

  long bytesDown() {
    return bytesDown;
  }

  /** One line for people; none if nothing was trained. */
  Optional<String> summary() {
    return rounds == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%.1f s in %,d rounds: %.0f %% local steps, %.0f %% meetings (%.1f ms a round);"
                    + " %s up, %s down",
                nanos / 1e9,
                rounds,
                100 * computeShare(),
                100 * (1 - computeShare()),
                (nanos - Math.min(nanos, computeNanos)) / 1e6 / rounds,
                size(bytesUp),
                size(bytesDown)));
  }

  /**
   * Says so if the threads of one machine would have been clearly faster; none otherwise.
   *
   * @param processors of that machine
   * @param workers W
   */
  Optional<String> oneMachine(int processors, int workers) {
    double alone = totalComputeNanos / (double) Math.min(processors, workers);
    if (rounds == 0 || alone > 0.9 * nanos) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "one machine with %d processors like this one would have been faster: about %.1f s"
                + " instead of %.1f s (compute.workers = local), or raise train.local-steps",
            processors,
            alone / 1e9,
            nanos / 1e9));
  }

  private static String size(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%,d kB", bytes / 1000)
        : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}

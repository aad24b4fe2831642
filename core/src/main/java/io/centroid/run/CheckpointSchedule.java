package io.centroid.run;

import io.centroid.config.RunConfig;
import io.centroid.train.TrainState;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * After which rounds a checkpoint is saved, besides the ends of epochs and of the run: after every
 * so many, or by the clock. By the clock a driver's death costs the work of a second at most, and
 * of long rounds one, while short rounds do not wait for the disk. When a checkpoint is saved
 * changes no bit of the run. One thread's.
 */
final class CheckpointSchedule {
  /** More parameters take longer than a moment to save. */
  static final int MOST_PARAMETERS = 4 << 20;

  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final int everyRounds;
  private final LongSupplier nanoTime;
  private long lastNanos;

  /**
   * A pace.
   *
   * @param everyRounds 0: only at the ends of epochs; {@link RunConfig.Checkpoint#BY_TIME}
   * @param nanoTime as {@link System#nanoTime}
   */
  CheckpointSchedule(int everyRounds, LongSupplier nanoTime) {
    this.everyRounds = everyRounds;
    this.nanoTime = nanoTime;
    this.lastNanos = nanoTime.getAsLong();
  }

  /**
   * The schedule that a run is configured with. A rollback ends at a checkpoint, so where one is
   * possible the clock must not decide.
   */
  static CheckpointSchedule of(RunConfig config) {
    int everyRounds = config.checkpoint().everyRounds();
    boolean byTime = everyRounds == RunConfig.Checkpoint.BY_TIME;
    boolean rollsBack =
        config.train().divergence().reaction() == RunConfig.Divergence.Reaction.ROLLBACK;
    return new CheckpointSchedule(byTime && rollsBack ? 0 : everyRounds, System::nanoTime);
  }

  /** Whether a state that a round led to is to be saved now, with nothing else being saved. */
  boolean isDue(TrainState state, boolean idle) {
    if (everyRounds != RunConfig.Checkpoint.BY_TIME) {
      return everyRounds > 0 && state.rounds() % everyRounds == 0;
    }
    return idle
        && state.parameters().length <= MOST_PARAMETERS
        && nanoTime.getAsLong() - lastNanos >= INTERVAL_NANOS;
  }

  /** A save begins now, whatever the reason. */
  void onSave() {
    lastNanos = nanoTime.getAsLong();
  }
}

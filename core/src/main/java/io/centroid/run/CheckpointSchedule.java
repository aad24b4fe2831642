package io.centroid.run;

import io.centroid.config.RunConfig;
import io.centroid.train.TrainState;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides after which rounds a checkpoint is saved, in addition to the ends of epochs and of the
 * run: every N rounds, or by time. By time, a driver's death costs about a second of work, or one
 * round if rounds are longer, and short rounds do not wait for the disk. The schedule does not
 * change the result of the run. Not thread-safe.
 */
final class CheckpointSchedule {
  /** Maximum number of parameters of a model that is saved by time. */
  static final int MOST_PARAMETERS = 4 << 20;

  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final int everyRounds;
  private final LongSupplier nanoTime;
  private long lastNanos;

  /**
   * Creates a schedule.
   *
   * @param everyRounds number of rounds between checkpoints; 0 means the ends of epochs only; or
   *     {@link RunConfig.Checkpoint#BY_TIME}
   * @param nanoTime clock, such as {@link System#nanoTime}
   */
  CheckpointSchedule(int everyRounds, LongSupplier nanoTime) {
    this.everyRounds = everyRounds;
    this.nanoTime = nanoTime;
    this.lastNanos = nanoTime.getAsLong();
  }

  /**
   * The configured schedule. A rollback returns to a checkpoint, so a run with rollbacks must not
   * save by time.
   */
  static CheckpointSchedule of(RunConfig config) {
    int everyRounds = config.checkpoint().everyRounds();
    boolean byTime = everyRounds == RunConfig.Checkpoint.BY_TIME;
    boolean rollsBack =
        config.train().divergence().reaction() == RunConfig.Divergence.Reaction.ROLLBACK;
    return new CheckpointSchedule(byTime && rollsBack ? 0 : everyRounds, System::nanoTime);
  }

  /**
   * Whether the state after a round is saved now; {@code idle} means that no save is in progress.
   */
  boolean isDue(TrainState state, boolean idle) {
    if (everyRounds != RunConfig.Checkpoint.BY_TIME) {
      return everyRounds > 0 && state.rounds() % everyRounds == 0;
    }
    return idle
        && state.parameters().length <= MOST_PARAMETERS
        && nanoTime.getAsLong() - lastNanos >= INTERVAL_NANOS;
  }

  /** Records that a save starts. */
  void onSave() {
    lastNanos = nanoTime.getAsLong();
  }
}

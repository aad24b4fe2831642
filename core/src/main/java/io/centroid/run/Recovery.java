package io.centroid.run;

import io.centroid.config.RunConfig;
import io.centroid.train.DivergedException;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Decides whether a run that diverged is rolled back to its last good checkpoint and continued at a
 * lower learning rate (as Chowdhery et al. do to get past spikes of the loss, "PaLM", arXiv
 * 2204.02311, section 5.1). Rounds are pure, so a run that is killed between a rollback and the
 * next checkpoint diverges again in the same round, and its second rollback is bitwise identical.
 */
final class Recovery {
  private final RunConfig.Divergence rules;
  private final LastGood lastGood;
  private final CheckpointingListener checkpoints;
  private final List<TrainingListener> listeners;
  private final RunObserver observer;

  /** Reads the last good checkpoint, or starts over if there is none. */
  @FunctionalInterface
  interface LastGood {
    StartingPoint read() throws IOException;
  }

  /**
   * Creates a recovery.
   *
   * @param listeners listeners to notify of rollbacks
   */
  Recovery(
      RunConfig.Divergence rules,
      LastGood lastGood,
      CheckpointingListener checkpoints,
      List<TrainingListener> listeners,
      RunObserver observer) {
    this.rules = rules;
    this.lastGood = lastGood;
    this.checkpoints = checkpoints;
    this.listeners = List.copyOf(listeners);
    this.observer = observer;
  }

  /**
   * Returns the state from which the run continues.
   *
   * @param before earlier rollbacks of the run
   * @throws DivergedException if rollbacks are disabled or their limit is reached
   */
  StartingPoint rollBack(List<Rollback> before, DivergedException e) throws IOException {
    requireAnother(before, e);
    checkpoints.awaitSaved(); // The last good state may not be on disk yet.
    TrainState good = lastGood.read().take();
    double scale = before.isEmpty() ? 1 : before.get(before.size() - 1).learningRateScale();
    Rollback rollback =
        new Rollback(
            before.size() + 1,
            e.round(),
            good.steps(),
            scale * rules.learningRateFactor(),
            String.valueOf(e.getMessage()));
    TrainState state = good.rolledBack(before, rollback);
    observer.onNote(
        String.format(
            Locale.ROOT,
            "%s; rollback %d of %d to step %,d, continuing at %s times the learning rate",
            e.getMessage(),
            rollback.number(),
            rules.limit(),
            rollback.toStep(),
            rollback.learningRateScale()));
    listeners.forEach(listener -> listener.onRollback(state, rollback));
    return StartingPoint.of(state);
  }

  private void requireAnother(List<Rollback> before, DivergedException e) {
    boolean rollsBack = rules.reaction() == RunConfig.Divergence.Reaction.ROLLBACK;
    if (rollsBack && before.size() < rules.limit()) {
      return;
    }
    throw rollsBack
        ? e.with("; rollbacks before: " + before.size() + " (train.rollback.limit)")
        : e;
  }
}

package io.centroid.run;

import io.centroid.config.RunConfig;
import io.centroid.train.DivergedException;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * What happens when training diverges: the run stops, or goes back to its last good checkpoint and
 * on at a lower rate (as Chowdhery et al. go back to get over spikes of the loss, "PaLM", arXiv
 * 2204.02311, section 5.1). Rounds are pure, so a run that is killed between a rollback and the
 * next checkpoint diverges again in the same round, and is rolled back again to the same bits.
 */
final class Recovery {
  private final RunConfig.Divergence rules;
  private final LastGood lastGood;
  private final CheckpointingListener keeper;
  private final List<TrainingListener> listeners;
  private final RunObserver observer;

  /** Reads the last good checkpoint, or begins anew where there is none yet. */
  @FunctionalInterface
  interface LastGood {
    FirstState read() throws IOException;
  }

  /**
   * A recovery.
   *
   * @param listeners hear of rollbacks
   */
  Recovery(
      RunConfig.Divergence rules,
      LastGood lastGood,
      CheckpointingListener keeper,
      List<TrainingListener> listeners,
      RunObserver observer) {
    this.rules = rules;
    this.lastGood = lastGood;
    this.keeper = keeper;
    this.listeners = List.copyOf(listeners);
    this.observer = observer;
  }

  /** One way from a state to the end of the run. */
  @FunctionalInterface
  interface Attempt {
    TrainState from(FirstState start) throws IOException;
  }

  /**
   * Trains to the end.
   *
   * @param attempt a {@link TrainingLoop}'s run, and the saving of its end
   * @throws DivergedException if training diverged, and more often than it may be rolled back
   */
  TrainState run(FirstState start, Attempt attempt) throws IOException {
    FirstState next = start;
    while (true) {
      List<Rollback> before = next.look().history().rollbacks();
      try {
        return attempt.from(next);
      } catch (DivergedException e) {
        requireAnother(before, e);
        next = rolledBack(before, e);
      }
    }
  }

  private void requireAnother(List<Rollback> before, DivergedException e) {
    boolean rollsBack = rules.reaction() == RunConfig.Divergence.Reaction.ROLLBACK;
    if (rollsBack && before.size() < rules.limit()) {
      return;
    }
    throw rollsBack
        ? e.with("; it was rolled back before: " + before.size() + " (train.rollback.limit)")
        : e;
  }

  private FirstState rolledBack(List<Rollback> before, DivergedException e) throws IOException {
    keeper.awaitSaved(); // The last good state may still be on its way to the disk.
    TrainState good = lastGood.read().take();
    double scale = before.isEmpty() ? 1 : before.get(before.size() - 1).rateScale();
    Rollback rollback =
        new Rollback(
            before.size() + 1,
            e.round(),
            good.steps(),
            scale * rules.rateFactor(),
            String.valueOf(e.getMessage()));
    TrainState state = good.rolledBack(before, rollback);
    observer.onNote(
        String.format(
            Locale.ROOT,
            "%s; rollback %d of %d to step %,d, on from there at %s times the rate",
            e.getMessage(),
            rollback.number(),
            rules.limit(),
            rollback.toStep(),
            rollback.rateScale()));
    listeners.forEach(listener -> listener.onRollback(state, rollback));
    return new FirstState(state);
  }
}

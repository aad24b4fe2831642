package io.centroid.run;

import io.centroid.run.metrics.RoundMetrics;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingPlan;

/** Observes a run for the user interface: progress and remarks. */
public interface RunObserver extends TrainingListener {

  /** A remark in one line, such as what was loaded, or where a run resumes. */
  default void onNote(String note) {}

  /** Statistics in one line, such as where the time went; shown only on request. */
  default void onDetail(String detail) {}

  /**
   * The trained model is no better than a constant prediction; likely reasons, in one line. Or all
   * training targets were equal.
   */
  default void onWarning(String warning) {}

  /** Called after each round with its metrics, before {@link #onRound}. */
  default void onMetrics(RoundMetrics metrics) {}

  /** Training starts from this state. */
  default void onStart(TrainingPlan plan, TrainState state) {}

  /**
   * What an interrupted run would resume from; called on any thread, as the checkpoint is
   * published, so that the last call names the newest one when the run's lease is released. Holds
   * the lease meanwhile: it must return at once, and neither throw nor exit the JVM.
   *
   * @param runFolder folder of the run
   * @param step step of its newest complete checkpoint; -1 if there is none yet
   */
  default void onSaved(String runFolder, long step) {}

  /** Training ended. */
  default void onEnd() {}

  /** Ignores all events. */
  RunObserver NONE = new RunObserver() {};
}

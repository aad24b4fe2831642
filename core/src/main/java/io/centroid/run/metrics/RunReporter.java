package io.centroid.run.metrics;

import io.centroid.evaluate.Evaluation;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a run's metrics to where people look at them, such as TensorBoard's event files or an
 * MLflow server. All methods are called on the training's thread, between rounds: what takes longer
 * than a millisecond belongs on a thread of the reporter's own. A reporter that throws is dropped
 * with a warning; training continues.
 */
public interface RunReporter extends Closeable {

  /**
   * Called after a round.
   *
   * @param round the round, with the state before it
   * @param state state after it, which is immutable
   */
  default void onRound(Round round, TrainState state, RoundMetrics metrics) throws IOException {}

  /** Called after an evaluation, at the end of an epoch or of the run. */
  default void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation)
      throws IOException {}

  /**
   * Called after training diverged, with the checkpoint's state from which it resumes: everything
   * after its step did not happen.
   */
  default void onRollback(TrainState state, Rollback rollback) throws IOException {}

  /** Called at the end of an epoch or of the run, after all evaluations. */
  default void onMilestone(TrainState state) throws IOException {}

  /**
   * Texts for {@code report.json}, such as continuations by prompt, in the order of the map; called
   * once at the end of the run, before {@link #onResult}.
   */
  default Map<String, String> texts() {
    return Map.of();
  }

  /** Called when the run pauses as planned: it has no result yet, and may be resumed or not. */
  default void onPause() throws IOException {}

  /** Called when the run is finished, with all its other files written. */
  default void onResult(RunResult result) throws IOException {}

  /** Called at the end, also of a run that failed; what was reported is durable afterwards. */
  @Override
  default void close() throws IOException {}

  /** Opens the reporter of a run. */
  interface Factory {

    /** The name in messages, such as {@code TensorBoard}. */
    String name();

    /**
     * Opens it, and drops what an interrupted run reported after the state from which it resumes.
     *
     * @param start state from which this process trains, which is the initial one or a
     *     checkpoint's; to keep it would keep its parameters in memory
     * @return empty if the configuration turns it off
     */
    Optional<RunReporter> open(ReportedRun run, TrainState start) throws IOException;

    /**
     * Called instead if a finished run is started again: delivers what its processes could not. The
     * run's lease is not held.
     *
     * @param end state in which it finished
     */
    default void complete(ReportedRun run, TrainState end) throws IOException {}
  }
}

package io.centroid.run;

import io.centroid.checkpoint.AsyncSaver;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.evaluate.Evaluation;
import io.centroid.train.DivergedException;
import io.centroid.train.DivergenceCheck;
import io.centroid.train.EarlyStopping;
import io.centroid.train.Rollback;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Saves checkpoints in the background during training: by the schedule, at the end of each epoch,
 * and at the end of the run. States are immutable, so the saving thread needs no copy.
 */
final class CheckpointingListener implements TrainingListener, AutoCloseable {
  private final CheckpointWriter writer;
  private final RunCheckpoints checkpoints;
  private final TrainingPlan plan;
  private final EarlyStopping stopping;
  private final CheckpointSchedule schedule;
  private final AsyncSaver saver = new AsyncSaver();
  private final Map<String, Double> metrics = new TreeMap<>();
  private long measuredStep = -1;
  private long savedStep;

  /**
   * Creates a listener.
   *
   * @param schedule schedule between the ends of epochs
   * @param start initial state, which is already on disk unless it is at step 0
   */
  CheckpointingListener(
      CheckpointWriter writer,
      RunCheckpoints checkpoints,
      TrainingPlan plan,
      EarlyStopping stopping,
      CheckpointSchedule schedule,
      TrainState start) {
    this.writer = writer;
    this.checkpoints = checkpoints;
    this.plan = plan;
    this.stopping = stopping;
    this.schedule = schedule;
    this.savedStep = stepOnDisk(start);
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    try {
      saver.requireNoFailure();
      writer.lease().checkIfLost();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    boolean evaluatedNext = state.stepInEpoch() == 0 || plan.isFinished(state);
    if (!evaluatedNext && schedule.isDue(state, saver.isIdle())) {
      save(state);
    }
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    if (measuredStep != state.steps()) {
      metrics.clear();
      measuredStep = state.steps();
    }
    String prefix = part.name().toLowerCase(Locale.ROOT) + ".";
    evaluation.metrics().forEach((name, value) -> metrics.put(prefix + name, value));
  }

  @Override
  public void onMilestone(TrainState state) {
    save(state);
  }

  @Override
  public void onRollback(TrainState state, Rollback rollback) {
    metrics.clear();
    measuredStep = -1;
    savedStep = stepOnDisk(state);
  }

  private static long stepOnDisk(TrainState start) {
    return start.steps() == 0 ? -1 : start.steps();
  }

  /** Waits until all pending saves are on disk. */
  void awaitSaved() throws IOException {
    saver.await();
  }

  /**
   * Starts saving a state unless its step is already saved; first waits for the previous save.
   *
   * @throws io.centroid.train.DivergedException if the state has a value that is not finite; it is
   *     not saved
   */
  void save(TrainState state) {
    if (state.steps() == savedStep) {
      return;
    }
    savedStep = state.steps();
    schedule.onSave();
    Map<String, Double> measured = measuredStep == state.steps() ? Map.copyOf(metrics) : Map.of();
    EarlyStopping.State stopped = stopping.state();
    try {
      // Wait before fetching the worker states, so that only one copy of them is in memory.
      saver.await();
      List<TensorSlice> carried = checkpoints.state(state);
      requireFinite(state, carried);
      saver.submit(() -> write(state, carried, measured, stopped));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A state that is not finite must not replace a good checkpoint. */
  private static void requireFinite(TrainState state, List<TensorSlice> carried) {
    for (TensorSlice tensor : carried) {
      if (!DivergenceCheck.allFinite(tensor.values(), 0, tensor.values().length)) {
        throw new DivergedException(
            state.rounds() - 1,
            "tensor " + tensor.name() + " of the state after the round is not finite");
      }
    }
  }

  /** Runs on the saving thread, because it hashes the parameters. */
  private void write(
      TrainState state,
      List<TensorSlice> carried,
      Map<String, Double> measured,
      EarlyStopping.State stopped)
      throws IOException {
    Snapshot snapshot = checkpoints.snapshot(state, plan.localSteps(), measured, stopped);
    writer.save(snapshot, checkpoints.parameters(state), carried, checkpoints.attachments());
  }

  /** Waits until the last save is on disk. */
  @Override
  public void close() throws IOException {
    saver.close();
  }
}

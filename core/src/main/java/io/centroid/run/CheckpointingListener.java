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
 * Saves checkpoints while training goes on: every so many rounds or by the clock, at the end of
 * each epoch, and at the end of the run. States are immutable, so nothing is copied for the saving
 * thread.
 */
final class CheckpointingListener implements TrainingListener, AutoCloseable {
  private final CheckpointWriter writer;
  private final RunCheckpoints checkpoints;
  private final TrainingPlan plan;
  private final EarlyStopping stopping;
  private final CheckpointSchedule pace;
  private final AsyncSaver saver = new AsyncSaver();
  private final Map<String, Double> metrics = new TreeMap<>();
  private long measuredStep = -1;
  private long savedStep;

  /**
   * A keeper.
   *
   * @param pace between the ends of epochs
   * @param start the state that training starts from; on disk already unless it is the first
   */
  CheckpointingListener(
      CheckpointWriter writer,
      RunCheckpoints checkpoints,
      TrainingPlan plan,
      EarlyStopping stopping,
      CheckpointSchedule pace,
      TrainState start) {
    this.writer = writer;
    this.checkpoints = checkpoints;
    this.plan = plan;
    this.stopping = stopping;
    this.pace = pace;
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
    if (!evaluatedNext && pace.isDue(state, saver.isIdle())) {
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

  /** Waits until all that is to be saved is on disk. */
  void awaitSaved() throws IOException {
    saver.await();
  }

  /**
   * Starts saving, unless this step is saved already; waits for the save before.
   *
   * @throws io.centroid.train.DivergedException if something in it is not finite; it is not saved
   */
  void save(TrainState state) {
    if (state.steps() == savedStep) {
      return;
    }
    savedStep = state.steps();
    pace.onSave();
    Map<String, Double> measured = measuredStep == state.steps() ? Map.copyOf(metrics) : Map.of();
    EarlyStopping.State stopped = stopping.state();
    try {
      // Before asking the executors for what they keep: one copy of it waits to be saved, not two.
      saver.await();
      List<TensorSlice> carried = checkpoints.state(state);
      requireFinite(state, carried);
      saver.submit(() -> write(state, carried, measured, stopped));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A state that no round can go on from must not replace one that is good. */
  private static void requireFinite(TrainState state, List<TensorSlice> carried) {
    for (TensorSlice tensor : carried) {
      if (!DivergenceCheck.allFinite(tensor.values(), 0, tensor.values().length)) {
        throw new DivergedException(
            state.rounds() - 1, "afterwards the state's " + tensor.name() + " is not finite");
      }
    }
  }

  /** On the saving thread, since it hashes the parameters. */
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

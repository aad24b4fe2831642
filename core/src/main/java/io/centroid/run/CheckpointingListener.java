package io.centroid.run;

import io.centroid.checkpoint.AsyncSaver;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.Draft;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.evaluate.Evaluation;
import io.centroid.optim.InnerState;
import io.centroid.run.WorkerStateFiles.Written;
import io.centroid.train.CarriedState;
import io.centroid.train.DivergedException;
import io.centroid.train.EarlyStopping;
import io.centroid.train.Rollback;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
  // The last one is in use by a replay or by the saving thread; the others are to be deleted.
  private final List<Draft> drafts = new ArrayList<>();
  private final Map<String, Double> metrics = new TreeMap<>();
  private final Consumer<String> notes;
  private long measuredStep = -1;
  private long savedStep;
  private long waitedNanos;
  // Whether all executors can write to the folder; otherwise the driver writes their states.
  private boolean isShared = true;

  /**
   * Creates a listener.
   *
   * @param schedule schedule between the ends of epochs
   * @param start initial state, which is already on disk unless it is at step 0
   * @param notes receives a line if executors cannot write to the folder
   */
  CheckpointingListener(
      CheckpointWriter writer,
      RunCheckpoints checkpoints,
      TrainingPlan plan,
      EarlyStopping stopping,
      CheckpointSchedule schedule,
      TrainState start,
      Consumer<String> notes) {
    this.notes = notes;
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
    } else if (!evaluatedNext
        && state.carried() instanceof CarriedState.OnExecutors carried
        && isShared
        && carried.isReplayLong()) {
      shortenReplay(state, carried);
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

  /** Time that training has waited for checkpoints so far, in nanoseconds. */
  long waitedNanos() {
    return waitedNanos;
  }

  /** Waits until all pending saves are on disk. */
  void awaitSaved() throws IOException {
    saver.await();
  }

  /**
   * Starts saving a state unless its step is already saved; first waits for the previous save.
   * Executors have written the states of their workers when it returns.
   *
   * @throws io.centroid.train.DivergedException if the state has a value that is not finite; it is
   *     not saved
   */
  void save(TrainState state) {
    if (state.steps() == savedStep) {
      return;
    }
    long started = System.nanoTime();
    savedStep = state.steps();
    schedule.onSave();
    Map<String, Double> measured = measuredStep == state.steps() ? Map.copyOf(metrics) : Map.of();
    EarlyStopping.State stopped = stopping.state();
    try {
      // Wait before fetching the outer state, so that only one copy of it is in memory.
      saver.await();
      Saved saved =
          new Saved(state, checkpoints.carried().write(state.carried()), measured, stopped);
      requireFinite(state, WorkerStateFiles.firstNotFinite(saved.shared));
      List<Written> written = null;
      if (isShared
          && state.carried() instanceof CarriedState.OnExecutors carried
          && carried.hasWorkerStates()) {
        written = onExecutors(carried, writer.begin(state.steps()));
      }
      if (written == null) {
        List<WorkerState> own = state.carried().workerStates();
        requireFinite(state, checkpoints.carried().firstNotFinite(own));
        saver.submit(() -> write(own, saved));
      } else {
        written.forEach(worker -> requireFinite(state, worker.notFinite()));
        List<Long> innerSteps = WorkerStateFiles.innerSteps(written);
        Draft draft = drafts.get(drafts.size() - 1);
        saver.submit(() -> write(draft, innerSteps, saved));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      waitedNanos += System.nanoTime() - started;
    }
  }

  /** Writes the states of the workers to a hidden folder, so that fewer rounds are replayed. */
  private void shortenReplay(TrainState state, CarriedState.OnExecutors carried) {
    try {
      onExecutors(carried, writer.scratch(state.steps()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Executors write the states of their workers, from which a replay starts from then on.
   *
   * @return what they wrote; null if one of them cannot write to the folder
   */
  private @Nullable List<Written> onExecutors(CarriedState.OnExecutors carried, Draft draft) {
    boolean used = false;
    try {
      WorkerStateFiles files = checkpoints.carried().workerStates(draft);
      List<Written> written = carried.fromWorkerStates(files::writeInTask);
      for (int worker = 0; worker < written.size(); worker++) {
        if (written.get(worker).file() == null) {
          isShared = false;
          notes.accept(
              "worker "
                  + worker
                  + " cannot write to run.dir from its machine: from now on the workers' states pass"
                  + " through the driver");
          return null;
        }
      }
      for (int worker = 0; worker < written.size(); worker++) {
        draft.add(
            Manifest.workerStateFile(worker), Objects.requireNonNull(written.get(worker).file()));
      }
      carried.replayFrom(files.reader(draft.files(), WorkerStateFiles.innerSteps(written)));
      if (saver.isIdle()) {
        discardDrafts();
      }
      drafts.add(draft);
      used = true;
      return written;
    } finally {
      if (!used) {
        draft.discard();
      }
    }
  }

  private void discardDrafts() {
    drafts.forEach(Draft::discard);
    drafts.clear();
  }

  /** A state that is not finite must not replace a good checkpoint. */
  private static void requireFinite(TrainState state, @Nullable String notFinite) {
    if (notFinite != null) {
      throw new DivergedException(
          state.rounds() - 1,
          "tensor " + notFinite + " of the state after the round is not finite");
    }
  }

  /**
   * What is saved, except the states of the workers.
   *
   * @param shared tensors of the driver's part of the carried state
   */
  private record Saved(
      TrainState state,
      List<TensorSlice> shared,
      Map<String, Double> measured,
      EarlyStopping.State stopped) {}

  /** Writes the states of the workers, which are in this JVM, and saves. */
  private void write(List<WorkerState> own, Saved saved) throws IOException {
    discardDrafts();
    Draft draft = writer.begin(saved.state.steps());
    drafts.add(draft);
    WorkerStateFiles files = checkpoints.carried().workerStates(draft);
    try {
      for (int worker = 0; worker < own.size(); worker++) {
        draft.add(Manifest.workerStateFile(worker), files.write(worker, own.get(worker)));
      }
    } catch (IOException e) {
      throw draft.failure(e);
    }
    write(
        draft,
        own.stream()
            .map(WorkerState::inner)
            .filter(Objects::nonNull)
            .map(InnerState::steps)
            .toList(),
        saved);
  }

  /** Runs on the saving thread, because it hashes the parameters. */
  private void write(Draft draft, List<Long> innerSteps, Saved saved) throws IOException {
    TrainState state = saved.state;
    Snapshot snapshot =
        checkpoints.snapshot(state, innerSteps, plan.localSteps(), saved.measured, saved.stopped);
    writer.save(
        draft, snapshot, checkpoints.parameters(state), saved.shared, checkpoints.attachments());
  }

  /** Waits until the last save is on disk. No replay reads states from files any more. */
  @Override
  public void close() throws IOException {
    try {
      saver.close();
    } finally {
      if (saver.isIdle()) {
        discardDrafts();
      }
    }
  }
}

package io.centroid.run;

import io.centroid.checkpoint.Draft;
import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.checkpoint.TensorFolder;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.StoredFile;
import io.centroid.model.TrainingJson;
import io.centroid.optim.InnerState;
import io.centroid.train.CarriedState;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.WorkerSpec;
import io.centroid.train.worker.WorkerState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts the state carried between rounds to and from a checkpoint's tensors. The driver has
 * {@code inner.0.MOMENT} of a state that all workers share, and {@code outer.NAME}; the states that
 * workers keep are in {@link WorkerStateFiles}.
 */
final class CarriedTensors {
  private static final String OUTER = "outer.";

  private final HadoopFiles files;
  private final WorkerSpec spec;
  private final long parameterCount;
  private final List<String> outerNames;

  CarriedTensors(HadoopFiles files, WorkerSpec spec, long parameterCount, List<String> outerNames) {
    this.files = files;
    this.spec = spec;
    this.parameterCount = parameterCount;
    this.outerNames = outerNames;
  }

  /** The tensors of the driver's part of a state. */
  List<TensorSlice> write(CarriedState carried) {
    List<TensorSlice> tensors = new ArrayList<>();
    InnerState shared = carried.shared();
    List<String> moments = spec.optimizer().stateNames();
    for (int moment = 0; shared != null && moment < moments.size(); moment++) {
      tensors.add(
          TensorSlice.whole(
              WorkerStateFiles.innerName(0, moments.get(moment)), shared.moments().get(moment)));
    }
    List<float[]> outer = carried.outerState();
    for (int i = 0; i < outer.size(); i++) {
      tensors.add(TensorSlice.whole(OUTER + outerNames.get(i), outer.get(i)));
    }
    return tensors;
  }

  /** The files of the workers' states in the folder of a draft. */
  WorkerStateFiles workerStates(Draft draft) {
    return workerStates(draft.tensors(files));
  }

  private WorkerStateFiles workerStates(TensorFolder folder) {
    return new WorkerStateFiles(folder, spec.optimizer().stateNames(), parameterCount);
  }

  /** Name of the first tensor of the workers' states that is not finite; null if all are. */
  @Nullable String firstNotFinite(List<WorkerState> own) {
    for (int worker = 0; worker < own.size(); worker++) {
      String found =
          WorkerStateFiles.firstNotFinite(
              WorkerStateFiles.tensors(spec.optimizer().stateNames(), worker, own.get(worker)));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Reads parameters and the driver's part of the state of a checkpoint. */
  LoadedCheckpoint load(StoredCheckpoint checkpoint) throws IOException {
    return checkpoint.load(
        tensor ->
            tensor.startsWith(OUTER)
                || spec.innerState() == InnerStatePolicy.AVERAGE && tensor.startsWith("inner."));
  }

  /**
   * Verifies the files of the workers' states, each in a task.
   *
   * @return whether all of these tasks could read them; otherwise they are on a disk that not all
   *     machines have
   * @throws InputException if a file is damaged
   */
  boolean verifyWorkerStates(StoredCheckpoint checkpoint, ShardedData data) throws IOException {
    if (!spec.keepsWorkerState()) {
      return true;
    }
    Map<String, StoredFile> listed = checkpoint.manifest().files();
    WorkerStateFiles own = workerStates(TensorFolder.of(files, checkpoint.path()));
    boolean everywhere = true;
    for (WorkerStateFiles.Verified worker : data.onWorkers(worker -> own.verify(worker, listed))) {
      if (worker.failure() != null) {
        throw worker.failure();
      }
      everywhere &= worker.isReadable();
    }
    if (!everywhere) {
      checkpoint.verify();
    }
    return everywhere;
  }

  /**
   * The state of a checkpoint.
   *
   * @param inTasks whether tasks can read its files; otherwise the driver does
   * @throws InputException if a tensor is missing or has another length
   */
  CarriedState read(LoadedCheckpoint checkpoint, boolean inTasks) {
    List<Long> innerSteps =
        TrainingJson.read(checkpoint.path(), checkpoint.manifest()).innerSteps();
    boolean keeps = spec.innerState() == InnerStatePolicy.KEEP;
    InnerState shared =
        keeps || innerSteps.isEmpty() ? null : shared(checkpoint, innerSteps.get(0));
    List<float[]> outer = new ArrayList<>();
    if (checkpoint.state().keySet().stream().anyMatch(name -> name.startsWith(OUTER))) {
      for (String name : outerNames) {
        outer.add(vector(checkpoint, OUTER + name));
      }
    }
    if (!spec.keepsWorkerState()) {
      return new CarriedState.InMemory(shared, List.of(), outer);
    }
    CarriedState.Reader own =
        workerStates(TensorFolder.of(files, checkpoint.path(), checkpoint.manifest()))
            .reader(checkpoint.manifest().files(), keeps ? innerSteps : List.of());
    CarriedState inFiles = new CarriedState.InFiles(shared, spec.workers(), own, outer);
    return inTasks ? inFiles : new CarriedState.InMemory(shared, inFiles.workerStates(), outer);
  }

  private InnerState shared(LoadedCheckpoint checkpoint, long steps) {
    List<float[]> vectors = new ArrayList<>();
    for (String moment : spec.optimizer().stateNames()) {
      vectors.add(vector(checkpoint, WorkerStateFiles.innerName(0, moment)));
    }
    return new InnerState(steps, vectors);
  }

  private float[] vector(LoadedCheckpoint checkpoint, String name) {
    return WorkerStateFiles.vector(
        checkpoint.path() + "/" + Manifest.STATE_FILE, name, checkpoint.state(), parameterCount);
  }
}

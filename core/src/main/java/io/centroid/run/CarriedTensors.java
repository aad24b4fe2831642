package io.centroid.run;

import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.TensorFolder;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.error.InputException;
import io.centroid.model.TrainingJson;
import io.centroid.optim.InnerState;
import io.centroid.train.CarriedState;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.WorkerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Converts the state carried between rounds to and from a checkpoint's tensors. The driver has
 * {@code inner.0.MOMENT} of a state that all workers share, and {@code outer.NAME}; the states that
 * workers keep are in {@link WorkerStateFiles}.
 */
final class CarriedTensors {
  private static final String OUTER = "outer.";

  private final WorkerSpec spec;
  private final long parameterCount;
  private final List<String> outerNames;

  CarriedTensors(WorkerSpec spec, long parameterCount, List<String> outerNames) {
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

  /** Whether the driver needs a tensor; states that workers keep are read by their tasks. */
  boolean isOnDriver(String tensor) {
    return tensor.startsWith(OUTER)
        || spec.innerState() == InnerStatePolicy.AVERAGE && tensor.startsWith("inner.");
  }

  /** The files of the workers' states in a folder. */
  WorkerStateFiles workerStates(TensorFolder folder) {
    return new WorkerStateFiles(folder, spec.optimizer().stateNames(), parameterCount);
  }

  /**
   * Reads the state of a checkpoint.
   *
   * @param inTasks whether tasks can read its files; otherwise the driver does
   * @throws InputException if a tensor is missing or has another length
   */
  CarriedState read(LoadedCheckpoint checkpoint, TensorFolder folder, boolean inTasks) {
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
        workerStates(folder).reader(checkpoint.manifest().files(), keeps ? innerSteps : List.of());
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

package io.centroid.run;

import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.error.InputException;
import io.centroid.model.TrainingJson;
import io.centroid.optim.InnerState;
import io.centroid.train.CarriedState;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.WorkerSpec;
import io.centroid.train.worker.WorkerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Converts the state carried between rounds to and from a checkpoint's tensors: {@code
 * inner.W.MOMENT} of each worker (or of worker 0, if all workers share one state), {@code
 * residual.W} and {@code outer.NAME}.
 */
final class CarriedTensors {
  private final WorkerSpec spec;
  private final long parameterCount;
  private final List<String> outerNames;

  CarriedTensors(WorkerSpec spec, long parameterCount, List<String> outerNames) {
    this.spec = spec;
    this.parameterCount = parameterCount;
    this.outerNames = outerNames;
  }

  /** The tensors of a state. Fetches worker states from the executors. */
  List<TensorSlice> write(CarriedState carried) {
    List<TensorSlice> tensors = new ArrayList<>();
    List<InnerState> inner = inner(carried);
    List<String> moments = spec.optimizer().stateNames();
    for (int owner = 0; owner < inner.size(); owner++) {
      for (int moment = 0; moment < moments.size(); moment++) {
        tensors.add(
            TensorSlice.whole(
                innerName(owner, moments.get(moment)), inner.get(owner).moments().get(moment)));
      }
    }
    List<WorkerState> own = carried.workerStates();
    for (int worker = 0; worker < own.size(); worker++) {
      float[] residual = own.get(worker).residual();
      if (residual != null) {
        tensors.add(TensorSlice.whole(residualName(worker), residual));
      }
    }
    List<float[]> outer = carried.outerState();
    for (int i = 0; i < outer.size(); i++) {
      tensors.add(TensorSlice.whole("outer." + outerNames.get(i), outer.get(i)));
    }
    return tensors;
  }

  /** No state, one that all workers share, or one per worker. */
  static List<InnerState> inner(CarriedState carried) {
    InnerState shared = carried.shared();
    return shared != null
        ? List.of(shared)
        : carried.workerStates().stream().map(WorkerState::inner).filter(Objects::nonNull).toList();
  }

  private List<InnerState> inner(LoadedCheckpoint checkpoint) {
    List<InnerState> inner = new ArrayList<>();
    for (long steps : TrainingJson.read(checkpoint.path(), checkpoint.manifest()).innerSteps()) {
      List<float[]> vectors = new ArrayList<>();
      for (String moment : spec.optimizer().stateNames()) {
        vectors.add(vector(checkpoint, innerName(inner.size(), moment)));
      }
      inner.add(new InnerState(steps, vectors));
    }
    return inner;
  }

  /**
   * Reads the state that {@link #write} stored in a checkpoint.
   *
   * @throws InputException if a tensor is missing or has another length
   */
  CarriedState read(LoadedCheckpoint checkpoint) {
    List<InnerState> inner = inner(checkpoint);
    List<float[]> outer = new ArrayList<>();
    if (checkpoint.state().keySet().stream().anyMatch(name -> name.startsWith("outer."))) {
      for (String name : outerNames) {
        outer.add(vector(checkpoint, "outer." + name));
      }
    }
    boolean keeps = spec.innerState() == InnerStatePolicy.KEEP && !inner.isEmpty();
    InnerState shared = keeps || inner.isEmpty() ? null : inner.get(0);
    List<WorkerState> own = new ArrayList<>();
    for (int worker = 0; spec.keepsWorkerState() && worker < spec.workers(); worker++) {
      String name = residualName(worker);
      own.add(
          new WorkerState(
              keeps ? inner.get(worker) : null,
              checkpoint.state().containsKey(name) ? vector(checkpoint, name) : null));
    }
    return new CarriedState.InMemory(shared, own, outer);
  }

  private float[] vector(LoadedCheckpoint checkpoint, String name) {
    TensorSlice tensor = checkpoint.state().get(name);
    if (tensor == null || tensor.values().length != parameterCount) {
      throw new InputException(
          checkpoint.path()
              + "/"
              + Manifest.STATE_FILE
              + ": expected tensor "
              + name
              + " of "
              + parameterCount
              + " values, found "
              + (tensor == null ? "none" : tensor.values().length));
    }
    return tensor.values();
  }

  private static String innerName(int owner, String moment) {
    return "inner." + owner + "." + moment;
  }

  private static String residualName(int worker) {
    return "residual." + worker;
  }
}

package io.centroid.train;

import io.centroid.optim.InnerState;
import io.centroid.train.worker.WorkerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State carried from round to round in addition to the parameters. The worker states and the outer
 * optimizer's state may be stored on the workers; reading them may fetch them.
 */
public interface CarriedState {

  /** Optimizer state that all workers start from; null if they start fresh or keep their own. */
  @Nullable InnerState shared();

  /** State of each worker, in worker order; empty if the workers keep none. */
  List<WorkerState> workerStates();

  /** State vectors of the outer optimizer; empty at the start. */
  List<float[]> outerState();

  /** State before the first round. */
  static CarriedState nothing() {
    return new InMemory(null, List.of(), List.of());
  }

  /** Carried state in this JVM's memory. */
  record InMemory(
      @Nullable InnerState shared, List<WorkerState> workerStates, List<float[]> outerState)
      implements CarriedState {
    public InMemory {
      workerStates = List.copyOf(workerStates);
      outerState = List.copyOf(outerState);
    }
  }
}

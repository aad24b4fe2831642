package io.centroid.train;

import io.centroid.optim.InnerState;
import io.centroid.train.worker.WorkerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes from round to round beside the parameters. The workers' own memories and the outer
 * step's state may lie where the workers are: asking for them may fetch them.
 */
public interface CarriedState {

  /**
   * The optimizer state that all workers go on from; null means fresh, or that they keep theirs.
   */
  @Nullable InnerState shared();

  /** What each worker keeps, in worker order; empty if they keep nothing. */
  List<WorkerState> own();

  /** The outer step's vectors; empty at the start. */
  List<float[]> outer();

  /** Of a run's first round. */
  static CarriedState nothing() {
    return new Here(null, List.of(), List.of());
  }

  /** All of it in this JVM. */
  record Here(@Nullable InnerState shared, List<WorkerState> own, List<float[]> outer)
      implements CarriedState {
    public Here {
      own = List.copyOf(own);
      outer = List.copyOf(outer);
    }
  }
}

package io.centroid.train;

import io.centroid.optimize.InnerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes from round to round beside the parameters. The workers' own memories and the outer
 * step's state may lie where the workers are: asking for them may fetch them.
 */
public interface Carried {

  /**
   * The optimizer state that all workers go on from; null means fresh, or that they keep theirs.
   */
  @Nullable InnerState shared();

  /** What each worker keeps, in worker order; empty if they keep nothing. */
  List<WorkerMemory> own();

  /** The outer step's vectors; empty at the start. */
  List<float[]> outer();

  /** Of a run's first round. */
  static Carried nothing() {
    return new Here(null, List.of(), List.of());
  }

  /** All of it in this JVM. */
  record Here(@Nullable InnerState shared, List<WorkerMemory> own, List<float[]> outer)
      implements Carried {
    public Here {
      own = List.copyOf(own);
      outer = List.copyOf(outer);
    }
  }
}

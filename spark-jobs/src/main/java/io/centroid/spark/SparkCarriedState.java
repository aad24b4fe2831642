package io.centroid.spark;

import io.centroid.optim.InnerState;
import io.centroid.train.CarriedState;
import io.centroid.train.worker.WorkerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** State carried between rounds on Spark. It stays on the executors and is fetched on demand. */
final class SparkCarriedState implements CarriedState {
  private final Lineage lineage;
  private final @Nullable InnerState shared;
  private final @Nullable List<float[]> outerOnDriver;
  private Lineage.@Nullable Fetched fetched;

  /**
   * Creates a state.
   *
   * @param outerOnDriver the outer optimizer's vectors; null if they are on the executors, in
   *     slices
   */
  SparkCarriedState(
      Lineage lineage, @Nullable InnerState shared, @Nullable List<float[]> outerOnDriver) {
    this.lineage = lineage;
    this.shared = shared;
    this.outerOnDriver = outerOnDriver;
  }

  @Override
  public @Nullable InnerState shared() {
    return shared;
  }

  @Override
  public List<WorkerState> workerStates() {
    return fetch().own();
  }

  @Override
  public List<float[]> outerState() {
    return outerOnDriver != null ? outerOnDriver : fetch().outer();
  }

  Lineage.Fetched fetch() {
    if (fetched == null) {
      fetched = lineage.truncate(this);
    }
    return fetched;
  }
}

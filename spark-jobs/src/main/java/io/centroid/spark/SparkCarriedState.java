package io.centroid.spark;

import io.centroid.optim.InnerState;
import io.centroid.train.CarriedState;
import io.centroid.train.worker.WorkerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a round on Spark leaves: on the executors, until somebody asks for it. */
final class SparkCarriedState implements CarriedState {
  private final Lineage lineage;
  private final @Nullable InnerState shared;
  private final @Nullable List<float[]> outerHere;
  private Lineage.@Nullable Fetched fetched;

  /**
   * A state.
   *
   * @param outerHere the outer step's vectors; null means that the executors have them in slices
   */
  SparkCarriedState(
      Lineage lineage, @Nullable InnerState shared, @Nullable List<float[]> outerHere) {
    this.lineage = lineage;
    this.shared = shared;
    this.outerHere = outerHere;
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
    return outerHere != null ? outerHere : fetch().outer();
  }

  Lineage.Fetched fetch() {
    if (fetched == null) {
      fetched = lineage.anchor(this);
    }
    return fetched;
  }
}

package io.centroid.spark;

import io.centroid.optim.InnerState;
import io.centroid.train.CarriedState;
import io.centroid.train.worker.WorkerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State carried between rounds on Spark. Worker states stay on the executors unless they are asked
 * for; the outer optimizer's state is fetched on demand.
 */
final class SparkCarriedState implements CarriedState.OnExecutors {
  private final Lineage lineage;
  private final @Nullable InnerState shared;
  private @Nullable List<float[]> outer;
  private @Nullable List<WorkerState> own;

  /**
   * Creates a state.
   *
   * @param outer the outer optimizer's vectors; null if they are on the executors, in slices
   */
  SparkCarriedState(Lineage lineage, @Nullable InnerState shared, @Nullable List<float[]> outer) {
    this.lineage = lineage;
    this.shared = shared;
    this.outer = outer;
  }

  @Override
  public @Nullable InnerState shared() {
    return shared;
  }

  @Override
  public List<WorkerState> workerStates() {
    List<WorkerState> fetched = own;
    if (fetched == null) {
      fetched = lineage.fetchWorkerStates(this);
      own = fetched;
    }
    return fetched;
  }

  @Override
  public List<float[]> outerState() {
    List<float[]> fetched = outer;
    if (fetched == null) {
      fetched = lineage.fetchOuterState(this);
      outer = fetched;
    }
    return fetched;
  }

  @Override
  public boolean hasWorkerStates() {
    return lineage.workerStates() != null;
  }

  @Override
  public boolean isReplayLong() {
    return lineage.needsFiles();
  }

  @Override
  public <T> List<T> fromWorkerStates(Extract<T> extract) {
    return lineage.fromWorkerStates(this, extract);
  }

  @Override
  public void replayFrom(Reader files) {
    lineage.replayFrom(this, files);
  }
}

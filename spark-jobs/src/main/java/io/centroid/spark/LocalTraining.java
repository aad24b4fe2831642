package io.centroid.spark;

import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerState;
import io.centroid.train.worker.WorkerTask;
import java.io.Serializable;

/**
 * How a worker trains on its shard between two synchronizations; travels with the tasks of each
 * round. A pure function, whatever the JVM keeps for it in an {@link ExecutorTraining}.
 *
 * @param <S> a worker's part of the data
 */
public interface LocalTraining<S> extends Serializable {
  WorkerResult train(WorkerTask task, int worker, S shard, SlicedState start, WorkerState memory);
}

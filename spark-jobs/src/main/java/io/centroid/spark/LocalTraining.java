package io.centroid.spark;

import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerState;
import io.centroid.train.worker.WorkerTask;
import java.io.Serializable;

/**
 * Local training of a worker on its shard between two synchronizations; serialized with the tasks
 * of each round. A pure function, apart from the resources that an {@link ExecutorTraining} caches
 * in the JVM.
 *
 * @param <S> type of a worker's shard
 */
public interface LocalTraining<S> extends Serializable {
  WorkerResult train(WorkerTask task, int worker, S shard, SlicedState start, WorkerState memory);
}

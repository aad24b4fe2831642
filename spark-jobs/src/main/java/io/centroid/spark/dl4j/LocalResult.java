package io.centroid.spark.dl4j;

import io.centroid.train.worker.WorkerResult;
import java.io.Serializable;

/**
 * What a worker brings back from a round.
 *
 * @param iteration at which its network arrived
 */
record LocalResult(WorkerResult worker, int iteration) implements Serializable {}

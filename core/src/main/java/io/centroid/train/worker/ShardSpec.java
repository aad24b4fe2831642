package io.centroid.train.worker;

import io.centroid.data.ExampleSource;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import java.io.Serializable;

/** Partitioning of a data set: everything that determines which example is in which shard. */
public record ShardSpec(ExampleSource source, long seed, double validationSplit, int workers)
    implements Serializable {

  /** Reads a worker's shard; called on the worker. */
  public Shard read(Split split, int worker) {
    return Shard.read(source, split, seed, validationSplit, worker, workers);
  }

  /** A copy whose source does not share its cache with other trainings. */
  ShardSpec withOwnCache() {
    return new ShardSpec(source.withOwnCache(), seed, validationSplit, workers);
  }
}

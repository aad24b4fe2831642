package io.centroid.train.worker;

import io.centroid.data.ExampleSource;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import java.io.Serializable;

/** How a data set is dealt: everything that decides which example is in which shard. */
public record ShardSpec(ExampleSource source, long seed, double validationSplit, int workers)
    implements Serializable {

  /** Reads one worker's shard; runs where the worker runs. */
  public Shard read(Split split, int worker) {
    return Shard.read(source, split, seed, validationSplit, worker, workers);
  }

  /** The same with a source that no other training reads. */
  ShardSpec withOwnCache() {
    return new ShardSpec(source.withOwnCache(), seed, validationSplit, workers);
  }
}

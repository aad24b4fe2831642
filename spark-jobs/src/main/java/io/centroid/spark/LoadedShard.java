package io.centroid.spark;

import io.centroid.InputException;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.train.ShardSpec;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A shard in an executor's cache, or why it could not be read. Damaged data is a result here and no
 * failed task: reading it again would not help, so Spark must not retry it.
 */
record LoadedShard(@Nullable Shard shard, @Nullable InputException refusal)
    implements Serializable {

  static LoadedShard read(ShardSpec spec, Split split, int worker) {
    try {
      return new LoadedShard(spec.read(split, worker), null);
    } catch (InputException e) {
      return new LoadedShard(null, e);
    }
  }

  /** The shard, where {@link SparkShardedData#survey} has found all of them good. */
  Shard require() {
    if (shard == null) {
      throw refusal == null ? new IllegalStateException("neither shard nor refusal") : refusal;
    }
    return shard;
  }
}

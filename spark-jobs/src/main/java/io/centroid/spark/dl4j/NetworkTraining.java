package io.centroid.spark.dl4j;

import io.centroid.spark.ExecutorTraining;
import io.centroid.spark.ReadResult;
import io.centroid.train.worker.ReplicaPool;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/** Trains a network over several epochs. Caches the shards and the state carried between epochs. */
final class NetworkTraining {
  private final MasterSettings settings;
  private final RoundListeners listeners;
  // Fixed after the first fit, because worker state belongs to a worker number.
  private int workers;
  private @Nullable ShardedElements sharded;
  private @Nullable EpochState carried;

  NetworkTraining(MasterSettings settings, RoundListeners listeners) {
    this.settings = settings;
    this.listeners = listeners;
    this.workers = settings.workers().orElse(0);
  }

  /** Cached shards of the last RDD and the networks that train on them. */
  private record ShardedElements(
      Elements<?> elements,
      RDD<ReadResult<Minibatches>> shards,
      Broadcast<ExecutorTraining<ReplicaPool<NetworkSource, NetworkReplica>>> replicas) {}

  /** Trains one epoch and returns the mean loss of its last round. */
  <E> double epoch(JavaSparkContext spark, Model model, Elements<E> elements) {
    Dl4jNetwork network = Dl4jNetwork.of(model);
    EpochState before = carried == null || !carried.isOf(model) ? EpochState.of(model) : carried;
    ShardedElements data = sharded(spark, elements);
    Dl4jTraining training = new Dl4jTraining(data.replicas, network.source(), settings.seed());
    Epoch epoch = new Epoch(settings, data.shards, training, network, listeners);
    try {
      carried = epoch.run(spark, before);
    } catch (RuntimeException e) {
      // Unreadable data may be repaired before the next fit.
      release();
      throw e;
    }
    RoundListeners.score(network, epoch.loss());
    return epoch.loss();
  }

  private <E> ShardedElements sharded(JavaSparkContext spark, Elements<E> elements) {
    ShardedElements data = sharded;
    if (data == null || !data.elements.isSame(elements)) {
      release();
      if (workers == 0) {
        workers = spark.defaultParallelism();
      }
      RoundRobinSharding sharding = new RoundRobinSharding(workers, settings.batchSizePerWorker());
      data = new ShardedElements(elements, sharding.shard(elements), Dl4jTraining.replicas(spark));
      sharded = data;
    }
    return data;
  }

  /** Releases the cached shards. */
  boolean release() {
    if (sharded != null) {
      sharded.shards.unpersist(false);
      sharded.replicas.destroy();
      sharded = null;
    }
    return true;
  }
}

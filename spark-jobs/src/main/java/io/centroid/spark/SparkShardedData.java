package io.centroid.spark;

import io.centroid.InputException;
import io.centroid.data.DataSummary;
import io.centroid.data.ShardSummary;
import io.centroid.data.Split;
import io.centroid.model.LearnerPool;
import io.centroid.train.ShardSpec;
import io.centroid.train.ShardedData;
import io.centroid.train.WorkerSpec;
import io.centroid.train.Workers;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * Shards as the partitions of a cached RDD, one a worker. Executors read them from the file system
 * and keep them decoded; a shard that is lost with its executor is read again by whichever executor
 * takes the worker over. No example passes through the driver.
 */
public final class SparkShardedData implements ShardedData {
  private final JavaSparkContext spark;
  private final ShardSpec spec;
  private final Map<Split, JavaRDD<LoadedShard>> shards = new EnumMap<>(Split.class);

  public SparkShardedData(JavaSparkContext spark, ShardSpec spec) {
    this.spark = spark;
    this.spec = spec;
  }

  private record Surveyed(@Nullable ShardSummary summary, @Nullable InputException refusal)
      implements Serializable {
    static Surveyed of(LoadedShard loaded) {
      return new Surveyed(
          loaded.shard() == null ? null : loaded.shard().summary(), loaded.refusal());
    }

    ShardSummary require() {
      if (summary == null) {
        throw refusal == null ? new IllegalStateException("neither summary nor refusal") : refusal;
      }
      return summary;
    }
  }

  @Override
  public DataSummary survey(Split split) {
    List<Surveyed> surveyed =
        SparkFailure.unwrapped(() -> shards(split).map(Surveyed::of).collect());
    return new DataSummary(surveyed.stream().map(Surveyed::require).toList());
  }

  @Override
  public Workers workers(WorkerSpec workerSpec) {
    LearnerPool.keepOnly(workerSpec.network());
    return new SparkWorkers(spark, this, workerSpec);
  }

  @Override
  public String description() {
    return "Spark " + spark.version() + " at " + spark.master();
  }

  @Override
  public void close() {
    shards.values().forEach(rdd -> rdd.unpersist(false));
    shards.clear();
  }

  /** One partition a worker, in worker order. */
  JavaRDD<LoadedShard> shards(Split split) {
    return shards.computeIfAbsent(split, this::cached);
  }

  private JavaRDD<LoadedShard> cached(Split split) {
    ShardSpec shardSpec = spec;
    List<Integer> workers = IntStream.range(0, spec.workers()).boxed().toList();
    JavaRDD<LoadedShard> rdd =
        spark
            .parallelize(workers, workers.size())
            .map(worker -> LoadedShard.read(shardSpec, split, worker));
    rdd.setName("shards of " + split);
    return rdd.persist(StorageLevel.MEMORY_AND_DISK());
  }
}

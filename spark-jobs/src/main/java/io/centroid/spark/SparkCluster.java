package io.centroid.spark;

import io.centroid.Cluster;
import io.centroid.io.HadoopFiles;
import io.centroid.train.RoundLimit;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The executors of a SparkContext that the caller owns: it is neither changed nor stopped, and its
 * settings, the serializer included, stay as they are.
 */
public final class SparkCluster implements Cluster {
  private final JavaSparkContext spark;
  private final HadoopFiles files;

  private SparkCluster(JavaSparkContext spark) {
    this.spark = spark;
    this.files = new HadoopFiles(spark.hadoopConfiguration());
  }

  /** The executors of a context. */
  public static SparkCluster of(JavaSparkContext spark) {
    return new SparkCluster(spark);
  }

  /** The executors of a context, such as {@code spark.sparkContext} of a session in Scala. */
  public static SparkCluster of(SparkContext spark) {
    return new SparkCluster(new JavaSparkContext(spark));
  }

  @Override
  public ShardedData shard(ShardSpec shards, int slices, RoundLimit limit) {
    return new SparkShardedData(spark, shards, slices, limit);
  }

  /** As above; the run's name is the job group of its jobs, if the thread has set no other. */
  @Override
  public ShardedData shard(ShardSpec shards, int slices, RoundLimit limit, RunLabel run) {
    return new SparkShardedData(spark, shards, slices, limit, run);
  }

  @Override
  public HadoopFiles files() {
    return files;
  }

  @Override
  public int parallelism() {
    return spark.defaultParallelism();
  }
}

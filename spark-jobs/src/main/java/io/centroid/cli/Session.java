package io.centroid.cli;

import io.centroid.config.RunConfig;
import io.centroid.data.HadoopFiles;
import io.centroid.spark.SparkContexts;
import io.centroid.spark.SparkSecrets;
import io.centroid.spark.SparkShardedData;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundLimit;
import io.centroid.train.ShardSpec;
import io.centroid.train.ShardedData;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * What a command computes on: Spark, or the threads of this JVM, as {@code compute.workers} says.
 */
final class Session implements AutoCloseable {
  private final @Nullable JavaSparkContext spark;
  private final HadoopFiles files;
  private final int threads;
  private final int slices;
  private final RoundLimit limit;

  private Session(
      @Nullable JavaSparkContext spark,
      HadoopFiles files,
      int threads,
      int slices,
      RoundLimit limit) {
    this.spark = spark;
    this.files = files;
    this.threads = threads;
    this.slices = slices;
    this.limit = limit;
  }

  static Session open(RunConfig config) {
    int wanted = config.compute().threads();
    int threads = wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
    RoundLimit limit = config.train().roundLimit();
    return switch (config.compute().workers()) {
      case LOCAL -> {
        Configuration hadoop = SparkSecrets.withoutSpark(config.spark().conf());
        config.kerberos().perform(hadoop);
        yield new Session(null, new HadoopFiles(hadoop), threads, 1, limit);
      }
      case SPARK -> {
        JavaSparkContext spark = SparkContexts.start(config);
        yield new Session(
            spark,
            new HadoopFiles(spark.hadoopConfiguration()),
            spark.defaultParallelism(),
            config.average().slices(),
            limit);
      }
    };
  }

  HadoopFiles files() {
    return files;
  }

  /** Tasks that run at once. */
  int parallelism() {
    return threads;
  }

  ShardedData deal(ShardSpec shards) {
    return spark == null
        ? new LocalShardedData(shards, threads, limit)
        : new SparkShardedData(spark, shards, slices, limit);
  }

  @Override
  public void close() {
    if (spark != null) {
      spark.stop();
    }
  }
}

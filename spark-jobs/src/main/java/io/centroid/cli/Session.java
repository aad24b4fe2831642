package io.centroid.cli;

import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.spark.SparkShardedData;
import io.centroid.spark.session.SparkContexts;
import io.centroid.spark.session.SparkSecrets;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundLimit;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Execution environment of a command: Spark, or the threads of this JVM, as {@code compute.workers}
 * selects.
 */
public final class Session implements AutoCloseable {
  private final RunConfig config;
  private final @Nullable JavaSparkContext spark;
  private final HadoopFiles files;
  private boolean hasExecutor;

  private Session(RunConfig config, @Nullable JavaSparkContext spark, HadoopFiles files) {
    this.config = config;
    this.spark = spark;
    this.files = files;
  }

  /** Opens a session. It waits for a cluster's executors when they are first needed. */
  public static Session open(RunConfig config) {
    return switch (config.compute().workers()) {
      case LOCAL -> {
        Configuration hadoop = SparkSecrets.withoutSpark(config.spark().conf());
        config.kerberos().perform(hadoop);
        yield new Session(config, null, new HadoopFiles(hadoop));
      }
      case SPARK -> {
        JavaSparkContext spark = SparkContexts.connect(config);
        yield new Session(config, spark, new HadoopFiles(spark.hadoopConfiguration()));
      }
    };
  }

  /** The configuration with the effective Spark settings. */
  RunConfig inForce(RunConfig config) {
    return spark == null ? config : SparkContexts.inForce(config, spark);
  }

  public HadoopFiles files() {
    return files;
  }

  /** Number of tasks that run in parallel. */
  int parallelism() {
    return spark == null ? threads() : withExecutor(spark).defaultParallelism();
  }

  /** Opens the shards of a data set on this session's workers. */
  public ShardedData shardedData(ShardSpec shards) {
    RoundLimit limit = config.train().roundLimit();
    return spark == null
        ? new LocalShardedData(shards, threads(), limit)
        : new SparkShardedData(withExecutor(spark), shards, config.average().slices(), limit);
  }

  private int threads() {
    int wanted = config.compute().threads();
    return wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
  }

  /**
   * Waits for an executor, so late that errors of the input or the run folder are reported before
   * those of the cluster.
   */
  private JavaSparkContext withExecutor(JavaSparkContext connected) {
    if (!hasExecutor) {
      SparkContexts.awaitExecutor(connected, config.spark());
      hasExecutor = true;
    }
    return connected;
  }

  @Override
  public void close() {
    if (spark != null) {
      spark.stop();
    }
  }
}

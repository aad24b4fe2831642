package io.centroid.cli;

import io.centroid.Cluster;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.spark.SparkCluster;
import io.centroid.spark.session.SparkContexts;
import io.centroid.train.RoundLimit;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * The cluster of a command: executors of a SparkContext that it starts, or the threads of this JVM,
 * as {@code compute.workers} says.
 */
public final class Session implements Cluster, AutoCloseable {
  private final RunConfig config;
  private final Cluster cluster;
  private final @Nullable JavaSparkContext spark;
  private boolean hasExecutor;

  private Session(RunConfig config, Cluster cluster, @Nullable JavaSparkContext spark) {
    this.config = config;
    this.cluster = cluster;
    this.spark = spark;
  }

  /**
   * Opens one; a cluster's executors are awaited where they are first needed.
   *
   * @throws io.centroid.error.InputException if this process does not use the kernels {@code
   *     compute.cpu-kernels}
   */
  public static Session open(RunConfig config) {
    config.compute().cpuKernels().ifPresent(CpuKernels::require);
    return switch (config.compute().workers()) {
      case LOCAL -> {
        Configuration hadoop = SiteConfiguration.load(config.spark().conf());
        config.kerberos().perform(hadoop);
        yield new Session(config, Cluster.threads(threads(config), hadoop), null);
      }
      case SPARK -> {
        JavaSparkContext spark = SparkContexts.connect(config);
        yield new Session(config, SparkCluster.of(spark), spark);
      }
    };
  }

  /** The configuration with the effective Spark settings. */
  RunConfig inForce(RunConfig config) {
    return spark == null ? config : SparkContexts.inForce(config, spark);
  }

  @Override
  public HadoopFiles files() {
    return cluster.files();
  }

  @Override
  public boolean isLocal() {
    return cluster.isLocal();
  }

  @Override
  public int parallelism() {
    awaitExecutor();
    return cluster.parallelism();
  }

  @Override
  public ShardedData shard(ShardSpec shards, int slices, RoundLimit limit) {
    awaitExecutor();
    return cluster.shard(shards, slices, limit);
  }

  @Override
  public ShardedData shard(ShardSpec shards, int slices, RoundLimit limit, RunLabel run) {
    awaitExecutor();
    return cluster.shard(shards, slices, limit, run);
  }

  /**
   * The cluster for one of several runs side by side: its share of the threads of this JVM, or the
   * executors with a pool of its own in Spark's scheduler.
   *
   * @param pool name of the pool
   * @param runs number of runs side by side
   */
  Cluster share(String pool, int runs) {
    JavaSparkContext context = spark;
    if (context == null) {
      Configuration hadoop = files().configuration();
      return Cluster.threads(Math.max(1, threads(config) / runs), hadoop);
    }
    return new Cluster() {
      @Override
      public ShardedData shard(ShardSpec shards, int slices, RoundLimit limit) {
        context.setLocalProperty("spark.scheduler.pool", pool);
        return Session.this.shard(shards, slices, limit);
      }

      @Override
      public ShardedData shard(ShardSpec shards, int slices, RoundLimit limit, RunLabel run) {
        // Of this thread, which submits the run's jobs.
        context.setLocalProperty("spark.scheduler.pool", pool);
        return Session.this.shard(shards, slices, limit, run);
      }

      @Override
      public HadoopFiles files() {
        return Session.this.files();
      }

      @Override
      public int parallelism() {
        return Session.this.parallelism();
      }
    };
  }

  /** As {@link #shard}, with the limits of the command's configuration. */
  public ShardedData shardedData(ShardSpec shards) {
    return shard(shards, config.average().slices(), config.train().roundLimit());
  }

  private static int threads(RunConfig config) {
    int wanted = config.compute().threads();
    return wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
  }

  /** Waits for the first executor once: wrong input is reported before a cluster without one is. */
  private synchronized void awaitExecutor() {
    if (spark != null && !hasExecutor) {
      SparkContexts.awaitExecutor(spark, config.spark());
      hasExecutor = true;
    }
  }

  @Override
  public void close() {
    if (spark != null) {
      spark.stop();
    }
  }
}

package io.centroid;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundLimit;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import org.apache.hadoop.conf.Configuration;

/**
 * The resources on which workers run: threads of this JVM, or Spark executors ({@code
 * io.centroid.spark.SparkCluster}). The results are bitwise identical.
 */
public interface Cluster {

  /**
   * Splits a data set into a shard per logical worker.
   *
   * @param slices number of slices in which deltas are aggregated on executors; 1: on the driver;
   *     0: chosen by the size of the model. Threads aggregate in memory
   * @param limit timeout and attempts of a round
   */
  ShardedData shard(ShardSpec shards, int slices, RoundLimit limit);

  /** As above, for a run that the cluster may name in its web UI. */
  default ShardedData shard(ShardSpec shards, int slices, RoundLimit limit, RunLabel run) {
    return shard(shards, slices, limit);
  }

  /**
   * What a run is called.
   *
   * @param directory the run's directory, as configured
   */
  record RunLabel(String name, String directory) {}

  /** The file systems of the cluster. */
  HadoopFiles files();

  /** Number of workers that can compute at once. */
  int parallelism();

  /** Whether the workers run in this JVM. */
  default boolean isLocal() {
    return false;
  }

  /** One thread per CPU core. */
  static Cluster threads() {
    return threads(Runtime.getRuntime().availableProcessors());
  }

  /**
   * Threads of this JVM.
   *
   * @param count number of threads; any number gives the same results
   * @throws InputException if it is less than 1
   */
  static Cluster threads(int count) {
    return threads(count, SiteConfiguration.load());
  }

  /**
   * Threads of this JVM.
   *
   * @param count number of threads; any number gives the same results
   * @param hadoop configuration of the file systems
   * @throws InputException if the number is less than 1
   */
  static Cluster threads(int count, Configuration hadoop) {
    if (count < 1) {
      throw new InputException("the number of threads must be at least 1: " + count);
    }
    HadoopFiles files = new HadoopFiles(hadoop);
    return new Cluster() {
      @Override
      public ShardedData shard(ShardSpec shards, int slices, RoundLimit limit) {
        return new LocalShardedData(shards, count, limit);
      }

      @Override
      public HadoopFiles files() {
        return files;
      }

      @Override
      public int parallelism() {
        return count;
      }

      @Override
      public boolean isLocal() {
        return true;
      }
    };
  }
}

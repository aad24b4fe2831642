package io.centroid.spark;

import org.apache.spark.SparkConf;

/**
 * How soon Spark notices an executor that hangs or cannot be reached. Every round waits for all
 * workers, so Spark's own two to three minutes would stop the whole run for as long.
 */
final class Liveness {
  private Liveness() {}

  static void setDefaults(SparkConf conf) {
    // Six heartbeats in a row must be missing: no garbage collection of a heap of tens of gigabytes
    // takes as long. An executor that is dropped by mistake costs its tasks a second run, no more.
    conf.setIfMissing("spark.executor.heartbeatInterval", "5s");
    conf.setIfMissing("spark.storage.blockManagerHeartbeatTimeoutMs", "30s");
    conf.setIfMissing("spark.network.timeoutInterval", "5s");
    // Longer than it takes to drop an executor: a question to it that fails later is forgiven.
    conf.setIfMissing("spark.network.timeout", "60s");
    // A healthy executor that waits for blocks of a hung one gives up after as long, 15 + 5 + 15 s,
    // and makes them itself.
    conf.setIfMissing("spark.shuffle.io.connectionTimeout", "15s");
    conf.setIfMissing("spark.shuffle.io.maxRetries", "1");
    conf.setIfMissing("spark.shuffle.io.retryWait", "5s");
  }
}

package io.centroid.spark;

import org.apache.spark.SparkConf;

/**
 * What a job asks for each of its executors.
 *
 * @param cores at least
 * @param megabytes of heap
 * @param gpus of its own
 * @param mostCores of all its executors together
 */
record ExecutorRequest(int cores, long megabytes, long gpus, int mostCores) {

  static ExecutorRequest of(SparkConf conf) {
    int taskCores = conf.getInt("spark.task.cpus", 1);
    return new ExecutorRequest(
        conf.getInt("spark.executor.cores", taskCores),
        conf.getSizeAsMb("spark.executor.memory", "1g"),
        conf.getLong("spark.executor.resource.gpu.amount", 0),
        conf.getInt("spark.cores.max", Integer.MAX_VALUE));
  }

  @Override
  public String toString() {
    return WorkerRoom.text(cores, megabytes, gpus)
        + " for each executor"
        + (mostCores == Integer.MAX_VALUE ? "" : ", " + mostCores + " core(s) in all");
  }
}

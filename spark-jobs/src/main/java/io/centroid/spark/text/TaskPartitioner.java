package io.centroid.spark.text;

import org.apache.spark.Partitioner;

/** Partitions documents by the number of their task. */
final class TaskPartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final int tasks;

  TaskPartitioner(int tasks) {
    this.tasks = tasks;
  }

  @Override
  public int numPartitions() {
    return tasks;
  }

  @Override
  public int getPartition(Object key) {
    return ((TaskPlace) key).task();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TaskPartitioner same && same.tasks == tasks;
  }

  @Override
  public int hashCode() {
    return tasks;
  }
}

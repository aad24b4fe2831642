package io.centroid.spark;

import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;

/** Stands for the round before the first of this process: its elements are given. */
final class GivenRdd<T> extends LineageRdd<T> {
  private static final long serialVersionUID = 1L;

  GivenRdd(SparkContext context, List<Broadcast<T>> elements) {
    super(context, List.of());
    setName("state of the round before");
    anchor(elements);
  }

  @Override
  protected T make(Partition partition, TaskContext context) {
    throw new IllegalStateException("elements are given");
  }

  @Override
  protected Partition[] parentPartitions() {
    throw new IllegalStateException("elements are given");
  }

  @Override
  protected void forgetParents() {}
}

package io.centroid.spark;

import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;

/**
 * The restored state of the round before this process's first round. Its elements are read or
 * broadcast, not computed.
 */
final class RestoredStateRdd<T> extends LineageRdd<T> {
  private static final long serialVersionUID = 1L;

  RestoredStateRdd(SparkContext context, int partitions, Elements<T> elements) {
    super(context, List.of());
    setName("restored state");
    truncate(partitions, elements);
  }

  @Override
  protected T computeElement(Partition partition, TaskContext context) {
    throw new IllegalStateException("elements are not computed");
  }

  @Override
  protected Partition[] parentPartitions() {
    throw new IllegalStateException("elements are not computed");
  }

  @Override
  protected void forgetParents() {}
}

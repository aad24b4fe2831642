package io.centroid.spark;

import io.centroid.spark.internal.Lifetimes;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * An RDD of one element per partition, computed from the previous round. Lost elements are
 * recomputed by replaying rounds. After {@link #truncate} the elements come from files or
 * broadcasts instead of parents, which ends the replay.
 *
 * @param <T> element type, which must work with any Spark serializer, such as {@link
 *     JavaSerialized}
 */
public abstract class LineageRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private int truncatedPartitions;
  private @Nullable Elements<T> truncatedElements;

  /** Elements that are not computed from parents. */
  interface Elements<T> extends Serializable {
    T of(int partition);

    static <T> Elements<T> of(List<Broadcast<T>> broadcasts) {
      List<Broadcast<T>> inOrder = List.copyOf(broadcasts);
      return partition -> inOrder.get(partition).value();
    }
  }

  protected LineageRdd(SparkContext context, List<Dependency<?>> dependencies) {
    super(context, Jobs.dependencies(dependencies), Jobs.anyTag());
  }

  /** Partitions of a parent RDD; called before truncation only. */
  protected abstract Partition[] parentPartitions();

  /** Computes a partition's element from the parent RDDs. */
  protected abstract T computeElement(Partition partition, TaskContext context);

  /** Clears the fields that reference parent RDDs. */
  protected abstract void forgetParents();

  /**
   * Truncates the lineage: the parents are released.
   *
   * @param partitions number of partitions
   */
  final void truncate(int partitions, Elements<T> elements) {
    truncatedPartitions = partitions;
    truncatedElements = elements;
    forgetParents();
    // Otherwise each RDD would reference the previous one, back to the first round.
    Lifetimes.forgetDependencies(this);
  }

  @Override
  public final Iterator<T> compute(Partition partition, TaskContext context) {
    Elements<T> given = truncatedElements;
    return Jobs.one(
        given == null ? computeElement(partition, context) : given.of(partition.index()));
  }

  @Override
  public final Partition[] getPartitions() {
    if (truncatedElements == null) {
      return parentPartitions();
    }
    Partition[] numbered = new Partition[truncatedPartitions];
    for (int i = 0; i < numbered.length; i++) {
      numbered[i] = new Numbered(i);
    }
    return numbered;
  }

  private record Numbered(int index) implements Partition {}

  @Override
  public Seq<Dependency<?>> getDependencies() {
    return truncatedElements == null ? super.getDependencies() : Jobs.dependencies(List.of());
  }
}

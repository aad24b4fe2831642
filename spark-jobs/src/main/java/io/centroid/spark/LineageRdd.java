package io.centroid.spark;

import io.centroid.spark.internal.Lifetimes;
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
 * One element a partition, made from the round before: lost elements are made again by replaying
 * rounds. An anchored RDD forgets its parents and hands out given elements instead, which is where
 * a replay ends.
 *
 * @param <T> a type that travels by any serializer, such as {@link JavaSerialized}
 */
public abstract class LineageRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private @Nullable List<Broadcast<T>> anchors;

  protected LineageRdd(SparkContext context, List<Dependency<?>> dependencies) {
    super(context, Jobs.dependencies(dependencies), Jobs.anyTag());
  }

  /** The partitions of a parent, while there is one. */
  protected abstract Partition[] parentPartitions();

  /** Makes a partition's element from the RDD's parents. */
  protected abstract T make(Partition partition, TaskContext context);

  /** Lets go of the fields that lead to the RDD's parents. */
  protected abstract void forgetParents();

  /** Ends the lineage here. The elements are those of the partitions, in their order. */
  public final void anchor(List<Broadcast<T>> elements) {
    anchors = List.copyOf(elements);
    forgetParents();
    // Else each anchored RDD would hold the one before it, back to the run's first round.
    Lifetimes.forgetDependencies(this);
  }

  @Override
  public final Iterator<T> compute(Partition partition, TaskContext context) {
    List<Broadcast<T>> given = anchors;
    return Jobs.one(
        given == null ? make(partition, context) : given.get(partition.index()).value());
  }

  @Override
  public final Partition[] getPartitions() {
    if (anchors == null) {
      return parentPartitions();
    }
    Partition[] numbered = new Partition[anchors.size()];
    for (int i = 0; i < numbered.length; i++) {
      numbered[i] = new Numbered(i);
    }
    return numbered;
  }

  private record Numbered(int index) implements Partition {}

  @Override
  public Seq<Dependency<?>> getDependencies() {
    return anchors == null ? super.getDependencies() : Jobs.dependencies(List.of());
  }
}

package io.centroid.spark.placement;

import io.centroid.spark.internal.ActiveExecutor;
import io.centroid.spark.internal.CachedPartitions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.Partition;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The shards of the workers, whose tasks prefer the workers' homes. At its home a shard is read and
 * cached unless it is there; copies elsewhere are dropped. A task that runs elsewhere, because the
 * home is busy, fetches the shard from its home.
 *
 * <p>Stands between the persisted shards and the jobs, because Spark prefers the executors that
 * cache an RDD over its preferred locations. Each stage runs at the homes at the time of its
 * submission, also if it replays a round that ran elsewhere.
 */
final class HomeRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final RDD<T> shards;
  private volatile List<ActiveExecutor> homes = List.of();

  /**
   * Creates the RDD without homes.
   *
   * @param shards persisted RDD of one element per partition
   */
  HomeRdd(RDD<T> shards) {
    super(shards, shards.toJavaRDD().classTag());
    setName(shards.name() + " at the workers' homes");
    this.shards = shards;
  }

  /** Sets the home of each partition; an empty list: none has one. */
  void moveTo(List<ActiveExecutor> executors) {
    homes = executors;
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    return JavaConverters.asScalaBuffer(home(partition).map(ActiveExecutor::location).toList());
  }

  @Override
  public Iterator<T> compute(Partition partition, TaskContext context) {
    String here = SparkEnv.get().executorId();
    if (home(partition).anyMatch(home -> home.id().equals(here))) {
      CachedPartitions.claim(shards, partition, context);
    }
    return shards.iterator(partition, context);
  }

  private Stream<ActiveExecutor> home(Partition partition) {
    return homes.stream().skip(partition.index()).limit(1);
  }

  @Override
  public Partition[] getPartitions() {
    return shards.partitions();
  }
}

package io.centroid.spark.placement;

import io.centroid.spark.internal.ActiveExecutor;
import io.centroid.spark.internal.CachedPartitions;
import java.util.List;
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
 * cache an RDD over its preferred locations.
 */
final class HomeRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final RDD<T> shards;
  private final String[] homes;
  private final transient List<ActiveExecutor> executors;

  /**
   * Places shards.
   *
   * @param shards persisted RDD of one element per partition
   * @param executors home of each partition
   */
  HomeRdd(RDD<T> shards, List<ActiveExecutor> executors) {
    super(shards, shards.toJavaRDD().classTag());
    setName(shards.name() + " at the workers' homes");
    this.shards = shards;
    this.executors = executors;
    this.homes = executors.stream().map(ActiveExecutor::id).toArray(String[]::new);
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    ActiveExecutor home = executors.get(partition.index());
    // The format of Spark's ExecutorCacheTaskLocation.
    return JavaConverters.asScalaBuffer(List.of("executor_" + home.host() + "_" + home.id()));
  }

  @Override
  public Iterator<T> compute(Partition partition, TaskContext context) {
    if (homes[partition.index()].equals(SparkEnv.get().executorId())) {
      CachedPartitions.claim(shards, partition, context);
    }
    return shards.iterator(partition, context);
  }

  @Override
  public Partition[] getPartitions() {
    return shards.partitions();
  }
}

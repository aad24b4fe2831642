package io.centroid.spark.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.RDDBlockId;
import scala.collection.JavaConverters;

/** Where the partitions of a persisted RDD are cached. */
public final class CachedPartitions {
  /** Locks of the partitions that are being claimed: a replayed task may need the same one. */
  private static final Map<RDDBlockId, Object> CLAIMS = new ConcurrentHashMap<>();

  private CachedPartitions() {}

  /** On the driver: the ids of the executors that hold each partition, in partition order. */
  public static List<Set<String>> holders(RDD<?> rdd) {
    BlockId[] blocks =
        IntStream.range(0, rdd.getNumPartitions())
            .mapToObj(partition -> new RDDBlockId(rdd.id(), partition))
            .toArray(BlockId[]::new);
    return JavaConverters.seqAsJavaList(SparkEnv.get().blockManager().master().getLocations(blocks))
        .stream()
        .map(
            holders ->
                JavaConverters.seqAsJavaList(holders).stream()
                    .map(BlockManagerId::executorId)
                    .collect(Collectors.toSet()))
        .toList();
  }

  /**
   * In a task: makes this executor the only one that caches a partition of one element, unless it
   * holds the partition already. Computes the element; Spark itself would fetch it from another
   * executor, again in each job, without caching it here.
   */
  public static <T> void claim(RDD<T> rdd, Partition partition, TaskContext context) {
    RDDBlockId block = new RDDBlockId(rdd.id(), partition.index());
    try {
      synchronized (CLAIMS.computeIfAbsent(block, any -> new Object())) {
        BlockManager blocks = SparkEnv.get().blockManager();
        if (blocks.getStatus(block).isEmpty()) {
          // Does not wait for the other executors, which know by then which copies to drop.
          blocks.master().removeBlock(block);
          T element = rdd.compute(partition, context).next();
          blocks.putSingle(block, element, rdd.getStorageLevel(), true, rdd.elementClassTag());
        }
      }
    } finally {
      CLAIMS.remove(block);
    }
  }
}

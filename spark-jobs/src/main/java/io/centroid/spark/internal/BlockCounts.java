package io.centroid.spark.internal;

import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import scala.runtime.AbstractFunction1;

/**
 * Number of blocks in the block manager of this JVM.
 *
 * @param broadcasts number of broadcast blocks
 * @param others number of RDD and shuffle blocks
 */
public record BlockCounts(int broadcasts, int others) {

  /** The current counts; zeros without a SparkContext. */
  public static BlockCounts now() {
    SparkEnv environment = SparkEnv.get();
    if (environment == null) {
      return new BlockCounts(0, 0);
    }
    int all = environment.blockManager().getMatchingBlockIds(new Is(false)).size();
    int broadcasts = environment.blockManager().getMatchingBlockIds(new Is(true)).size();
    return new BlockCounts(broadcasts, all - broadcasts);
  }

  private static final class Is extends AbstractFunction1<BlockId, Object> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final boolean broadcast;

    Is(boolean broadcast) {
      this.broadcast = broadcast;
    }

    @Override
    public Object apply(BlockId id) {
      return !broadcast || id.isBroadcast();
    }
  }
}

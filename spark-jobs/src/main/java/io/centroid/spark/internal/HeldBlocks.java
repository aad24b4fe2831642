package io.centroid.spark.internal;

import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import scala.runtime.AbstractFunction1;

/**
 * Blocks that Spark keeps in this JVM: of a cluster's driver its own part alone.
 *
 * @param broadcasts pieces of broadcasts
 * @param others pieces of RDDs and shuffles
 */
public record HeldBlocks(int broadcasts, int others) {

  /** At this moment; none where no Spark runs. */
  public static HeldBlocks now() {
    SparkEnv environment = SparkEnv.get();
    if (environment == null) {
      return new HeldBlocks(0, 0);
    }
    int all = environment.blockManager().getMatchingBlockIds(new Is(false)).size();
    int broadcasts = environment.blockManager().getMatchingBlockIds(new Is(true)).size();
    return new HeldBlocks(broadcasts, all - broadcasts);
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

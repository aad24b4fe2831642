package io.centroid.spark.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.Option;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Vectors stored as additional blocks of a broadcast and removed with it. Spark keeps the value of
 * a broadcast twice on every executor, as bytes and as an object; these blocks are kept as bytes
 * only and read one at a time. An executor that is short of memory drops them and fetches them
 * again.
 *
 * @param broadcast id of the broadcast
 */
public record BroadcastBlocks(long broadcast) {
  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

  /**
   * On the driver: stores {@code values[from..to)} as a block.
   *
   * @param name letters and digits
   */
  public void publish(String name, float[] values, int from, int to) {
    ByteBuffer bytes = ByteBuffer.allocate((to - from) * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values, from, to - from);
    // Never dropped on the driver, because recomputed tasks fetch the block from it.
    if (!put(id(name), new ChunkedByteBuffer(bytes), StorageLevel.MEMORY_AND_DISK_SER())) {
      throw new IllegalStateException("cannot store block " + id(name));
    }
  }

  /**
   * In a task: reads the values of a block.
   *
   * @param length expected number of values
   */
  public float[] read(String name, int length) {
    BlockId id = id(name);
    BlockManager blocks = SparkEnv.get().blockManager();
    Option<BlockData> here = blocks.getLocalBytes(id);
    if (here.isDefined()) {
      try {
        return floats(here.get().toByteBuffer(), length);
      } finally {
        blocks.releaseLockAndDispose(id, here.get(), Option.empty());
      }
    }
    Option<ChunkedByteBuffer> there = blocks.getRemoteBytes(id);
    if (there.isEmpty()) {
      throw new IllegalStateException("block " + id + " is not available");
    }
    float[] values = floats(there.get().toByteBuffer(), length);
    // For the other tasks of this executor, and for executors that fetch from it instead of the
    // driver.
    put(id, there.get(), StorageLevel.MEMORY_ONLY_SER());
    return values;
  }

  private BlockId id(String name) {
    return new BroadcastBlockId(broadcast, name);
  }

  private static boolean put(BlockId id, ChunkedByteBuffer bytes, StorageLevel level) {
    return SparkEnv.get().blockManager().putBytes(id, bytes, level, true, ANY);
  }

  private static float[] floats(ByteBuffer bytes, int length) {
    if (bytes.remaining() != length * Float.BYTES) {
      throw new IllegalStateException(
          "expected " + length + " values, found " + bytes.remaining() + " bytes");
    }
    float[] values = new float[length];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}

package io.centroid.spark.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;
import org.apache.spark.util.io.ChunkedByteBuffer;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Vectors that the driver publishes to all executors as blocks of raw little-endian floats. Each
 * executor fetches a block once, for all of its tasks, from the driver or from an executor that has
 * it, and in an order of its own, so that executors forward blocks to each other. Unlike the value
 * of a Spark broadcast, a vector is not serialized, not kept a second time as an object, and has no
 * checksum in addition to those of the network. An executor that is short of memory drops blocks
 * and fetches them again.
 *
 * @param id id of the broadcast that the blocks belong to
 */
public record BroadcastBlocks(long id) {
  /** Values per block: an array of almost 4 MiB, which fits G1's regions without waste. */
  public static final int LENGTH = (1 << 20) - 4096;

  /** Above the ids of Spark's own broadcasts, which count from 0. */
  private static final AtomicLong NEXT = new AtomicLong(1L << 40);

  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);
  private static final Object[] LOCKS =
      IntStream.range(0, 64).mapToObj(i -> new Object()).toArray();

  /** On the driver: creates an id. */
  public static BroadcastBlocks create() {
    return new BroadcastBlocks(NEXT.getAndIncrement());
  }

  /**
   * On the driver: stores a vector.
   *
   * @param name letters
   */
  public void publish(String name, float[] values) {
    IntStream.range(0, count(values.length))
        .parallel()
        .forEach(block -> publish(block(name, block), values, block * LENGTH));
  }

  private static void publish(BlockId id, float[] values, int from) {
    int length = Math.min(LENGTH, values.length - from);
    ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES);
    floats(bytes).put(values, from, length);
    // Never dropped on the driver, because recomputed tasks fetch the block from it, but moved to
    // disk if memory is short.
    if (!put(id, new ChunkedByteBuffer(bytes), StorageLevel.MEMORY_AND_DISK_SER())) {
      throw new IllegalStateException("cannot store block " + id);
    }
  }

  /**
   * Removes the blocks from all executors.
   *
   * @param fromDriver true removes them from the driver, too
   * @param blocking true waits until they are removed
   */
  public void remove(boolean fromDriver, boolean blocking) {
    SparkEnv.get().blockManager().master().removeBroadcast(id, fromDriver, blocking);
  }

  /** In a task: reads the values {@code from..to-1} of a vector. */
  public float[] read(String name, int from, int to) {
    float[] values = new float[to - from];
    int first = from / LENGTH;
    order(count(to) - first)
        .parallel()
        .map(number -> first + number)
        .forEach(number -> read(block(name, number), number * LENGTH, values, from));
    return values;
  }

  /** Copies the part of a block, whose values start at {@code start}, that lies in a range. */
  private static void read(BlockId id, int start, float[] range, int from) {
    while (true) {
      BlockManager blocks = SparkEnv.get().blockManager();
      Option<BlockData> here = blocks.getLocalBytes(id);
      if (here.isDefined()) {
        try {
          copy(here.get().toByteBuffer(), start, range, from);
          return;
        } finally {
          blocks.releaseLockAndDispose(id, here.get(), Option.empty());
        }
      }
      ByteBuffer fetched = fetch(id);
      if (fetched != null) {
        copy(fetched, start, range, from);
        return;
      }
    }
  }

  private static void copy(ByteBuffer block, int start, float[] range, int from) {
    FloatBuffer values = floats(block);
    int skipped = Math.max(0, from - start);
    int at = Math.max(0, start - from);
    values.position(skipped);
    values.get(range, at, Math.min(values.remaining(), range.length - at));
  }

  /** In a task: begins to fetch the blocks of the values {@code from..to-1} of a vector. */
  public void prefetch(String name, int from, int to) {
    for (int number = from / LENGTH; number < count(to); number++) {
      BlockId id = block(name, number);
      // If it fails, so does reading the block.
      CompletableFuture<?> unused = CompletableFuture.runAsync(() -> fetch(id));
    }
  }

  /** Fetches a block for this executor; null if it is here already. */
  private static @Nullable ByteBuffer fetch(BlockId id) {
    BlockManager blocks = SparkEnv.get().blockManager();
    synchronized (LOCKS[Math.floorMod(id.hashCode(), LOCKS.length)]) {
      if (blocks.getStatus(id).isDefined()) {
        return null;
      }
      Option<ChunkedByteBuffer> there = blocks.getRemoteBytes(id);
      if (there.isEmpty()) {
        throw new IllegalStateException("block " + id + " is not available");
      }
      put(id, there.get(), StorageLevel.MEMORY_ONLY_SER());
      return there.get().toByteBuffer();
    }
  }

  /** The numbers below {@code count} in this executor's order. */
  public static IntStream order(int count) {
    return order(SparkEnv.get().executorId(), count);
  }

  static IntStream order(String executor, int count) {
    int seed = executor.hashCode();
    return IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingInt(number -> Murmur3_x86_32.hashInt(number, seed)))
        .mapToInt(Integer::intValue);
  }

  private static int count(int length) {
    return (int) (((long) length + LENGTH - 1) / LENGTH);
  }

  private BlockId block(String name, int number) {
    return new BroadcastBlockId(id, name + "_" + number);
  }

  private static boolean put(BlockId id, ChunkedByteBuffer bytes, StorageLevel level) {
    return SparkEnv.get().blockManager().putBytes(id, bytes, level, true, ANY);
  }

  private static FloatBuffer floats(ByteBuffer bytes) {
    return bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}

package io.centroid.bench.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import io.centroid.memory.OffHeapMemory;
import io.centroid.nn.kernels.NativeMemory;
import io.centroid.spark.internal.BlockCounts;
import java.lang.management.ManagementFactory;

/**
 * What this JVM holds at a moment, after a garbage collection.
 *
 * @param seconds since the first round
 * @param rounds done until then
 * @param heapBytes in use
 * @param nativeBytes of vectors outside the heap
 * @param besideHeapBytes of the process beside its heap; -1 where the system does not say
 * @param threads alive
 * @param openFiles descriptors, sockets included; -1 where the system does not say
 * @param broadcastBlocks of Spark
 * @param otherBlocks of Spark: shards, shuffles, what workers remember
 */
public record SoakSample(
    double seconds,
    long rounds,
    long heapBytes,
    long nativeBytes,
    long besideHeapBytes,
    int threads,
    long openFiles,
    int broadcastBlocks,
    int otherBlocks) {

  /** Collects garbage and looks. */
  static SoakSample take(double seconds, long rounds) {
    // What the first collection finds unreachable may hold more, which goes with the second.
    System.gc();
    System.gc();
    BlockCounts blocks = BlockCounts.now();
    return new SoakSample(
        seconds,
        rounds,
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        NativeMemory.javacppBytes(),
        OffHeapMemory.bytes().orElse(-1),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        countOpenFiles(),
        blocks.broadcasts(),
        blocks.others());
  }

  private static long countOpenFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : -1;
  }
}

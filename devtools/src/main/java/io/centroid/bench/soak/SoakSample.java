package io.centroid.bench.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import io.centroid.memory.OffHeapMemory;
import io.centroid.nn.kernels.NativeMemory;
import io.centroid.spark.internal.BlockCounts;
import java.lang.management.ManagementFactory;

/**
 * Resources of this JVM at one time, after a garbage collection.
 *
 * @param seconds seconds since the first round
 * @param rounds number of completed rounds
 * @param heapBytes used heap in bytes
 * @param nativeBytes bytes of native vectors
 * @param offHeapBytes off-heap memory of the process in bytes; -1 if unknown
 * @param threads number of live threads
 * @param openFiles number of open file descriptors including sockets; -1 if unknown
 * @param broadcastBlocks number of Spark's broadcast blocks
 * @param otherBlocks number of Spark's other blocks: shards, shuffles, worker states
 */
public record SoakSample(
    double seconds,
    long rounds,
    long heapBytes,
    long nativeBytes,
    long offHeapBytes,
    int threads,
    long openFiles,
    int broadcastBlocks,
    int otherBlocks) {

  /** Takes a sample after a garbage collection. */
  static SoakSample take(double seconds, long rounds) {
    // Objects that the first collection finalizes may keep others reachable until the second.
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

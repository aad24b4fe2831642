package io.centroid.bench.soak;

import io.centroid.memory.PeakMemory;
import io.centroid.nn.kernels.NativeMemory;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Records this JVM's peak memory until {@link #stop}. The peak of the heap is exact, from the JVM;
 * native memory is sampled.
 */
public final class MemoryWatch {
  private static final long SAMPLE_MILLIS = 10;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread sampler;
  // Written only by the sampler until it has ended.
  private long tracked;
  private long resident;

  private MemoryWatch() {
    sampler = new Thread(this::watch, "centroid-memory-watch");
    sampler.setDaemon(true);
  }

  public static MemoryWatch start() {
    heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
    MemoryWatch watch = new MemoryWatch();
    watch.sampler.start();
    return watch;
  }

  /** Stops recording and returns the peak memory. */
  public PeakMemory stop() {
    stopped.countDown();
    try {
      sampler.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
    long heap = heapPools().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    return new PeakMemory(heap, tracked, resident);
  }

  private void watch() {
    try {
      do {
        sample();
      } while (!stopped.await(SAMPLE_MILLIS, TimeUnit.MILLISECONDS));
      sample();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    tracked = Math.max(tracked, NativeMemory.javacppBytes());
    resident = Math.max(resident, NativeMemory.residentBytes());
  }

  private static List<MemoryPoolMXBean> heapPools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .toList();
  }
}

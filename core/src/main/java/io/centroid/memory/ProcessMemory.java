package io.centroid.memory;

import io.centroid.nn.kernels.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * This process's peaks since the making of this, so that a training tells nothing of the one before
 * it in the same process. Resident memory's is over the process's life where Linux keeps it; native
 * memory's is the largest whenever anybody asked for one. Thread-safe.
 */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";
  private static final HeapPeak HEAP = new HeapPeak();
  private static final Peaks TRACKED = new Peaks();

  private final HeapPeak.Moment heapStart = HEAP.now();
  private final long trackedStart = TRACKED.last();

  /** Linux sums it up of threads' counts that lag behind, so that it may seem to fall. */
  private final AtomicLong resident = new AtomicLong();

  /** The peaks until now. */
  public PeakMemory peak() {
    TRACKED.add(NativeMemory.javacppBytes());
    return new PeakMemory(
        HEAP.since(heapStart),
        TRACKED.after(trackedStart),
        resident.accumulateAndGet(resident(), Math::max));
  }

  /** 0 where the system does not say. */
  private static long resident() {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> kilobytes(line.substring(PEAK.length())) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private static long kilobytes(String value) {
    return Long.parseLong(value.strip().split(" ", 2)[0]);
  }
}

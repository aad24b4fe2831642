package io.centroid.memory;

import io.centroid.nn.kernels.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * This process's peaks. The heap's is known from the first call on, resident memory's over the
 * process's life where Linux keeps it; native memory's is the largest at any call. Thread-safe.
 */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";
  private static final HeapPeak HEAP = new HeapPeak();
  private static final AtomicLong TRACKED = new AtomicLong();

  private ProcessMemory() {}

  /** The peaks until now. */
  public static PeakMemory peak() {
    return new PeakMemory(
        HEAP.bytes(), TRACKED.accumulateAndGet(NativeMemory.trackedBytes(), Math::max), resident());
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

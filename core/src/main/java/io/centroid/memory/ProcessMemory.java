package io.centroid.memory;

import io.centroid.nn.kernels.NativeMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The peak memory of this process since the construction of the instance, so that a training run
 * does not include an earlier one in the same process. The resident peak covers the lifetime of the
 * process (Linux); the native peak is the maximum over the queries. Thread-safe.
 */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";
  private static final HeapPeak HEAP = new HeapPeak();
  private static final Peaks TRACKED = new Peaks();

  private final HeapPeak.Moment heapStart = HEAP.now();
  private final long trackedStart = TRACKED.last();

  /** Linux sums per-thread counters with a delay, so a reading may decrease. */
  private final AtomicLong resident = new AtomicLong();

  /** The peaks so far. */
  public PeakMemory peak() {
    TRACKED.add(NativeMemory.javacppBytes());
    return new PeakMemory(
        HEAP.since(heapStart),
        TRACKED.after(trackedStart),
        resident.accumulateAndGet(resident(), Math::max));
  }

  /** Peak resident set size in bytes; 0 if unavailable. */
  private static long resident() {
    try (InputStream in = Files.newInputStream(STATUS)) {
      String status = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      int at = status.indexOf(PEAK);
      return at < 0 ? 0 : kilobytes(status.substring(at + PEAK.length())) << 10;
    } catch (IOException e) {
      return 0;
    }
  }

  private static long kilobytes(String value) {
    return Long.parseLong(value.strip().split(" ", 2)[0]);
  }
}

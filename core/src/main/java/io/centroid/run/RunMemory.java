package io.centroid.run;

import io.centroid.memory.PeakMemory;
import java.util.Locale;

/**
 * The most memory that a run's processes held.
 *
 * @param workers the largest of the processes that the workers ran in
 */
public record RunMemory(PeakMemory driver, PeakMemory workers) {

  /** One line for people, where the workers may run in processes of their own. */
  String ofCluster() {
    return "peak memory: driver " + text(driver) + ", executors up to " + text(workers);
  }

  /** One line for people, where all is one process. */
  String ofOneProcess() {
    return "peak memory: " + text(driver.or(workers));
  }

  private static String text(PeakMemory memory) {
    if (memory.equals(PeakMemory.UNKNOWN)) {
      return "unknown";
    }
    String whole = memory.resident() == 0 ? "unknown" : gibibytes(memory.resident()) + " GiB";
    return whole
        + " (heap "
        + gibibytes(memory.heap())
        + ", native "
        + gibibytes(memory.tracked())
        + ")";
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f", bytes / (double) (1 << 30));
  }
}

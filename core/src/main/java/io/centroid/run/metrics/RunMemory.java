package io.centroid.run.metrics;

import io.centroid.memory.PeakMemory;
import java.util.Locale;

/**
 * Peak memory of a run's processes.
 *
 * @param driver peak memory of the driver
 * @param workers maximum peak memory of the processes in which the workers ran
 */
public record RunMemory(PeakMemory driver, PeakMemory workers) {

  /** One line for the user, if the workers run in executors. */
  public String ofCluster() {
    return "peak memory: driver " + text(driver) + ", largest executor " + text(workers);
  }

  /** One line for the user, if the workers run in this process. */
  public String ofOneProcess() {
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
        + " GiB, native "
        + gibibytes(memory.tracked())
        + " GiB"
        + (memory.device() == 0 ? ")" : ", GPU " + gibibytes(memory.device()) + " GiB)");
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f", bytes / (double) (1 << 30));
  }
}

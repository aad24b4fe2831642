package io.centroid.bench.report;

import com.sun.management.OperatingSystemMXBean;
import io.centroid.device.Processor;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * The machine that a benchmark ran on.
 *
 * @param processor name of the processor, as it names itself
 * @param cores number of cores that this process may use
 * @param memoryBytes memory that this process may use
 * @param os operating system, its version and architecture
 */
public record Machine(String processor, int cores, long memoryBytes, String os) {
  /** This machine. */
  public static Machine here() {
    return new Machine(
        Processor.name(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")));
  }

  /** A few words for a file's name, such as {@code amd-epyc-9b45-2-cores}. */
  String slug() {
    String name =
        processor
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\([^)]*\\)|@.*|\\d+-core\\b|\\b(cpu|processor)\\b", " ")
            .replaceAll("[^a-z0-9]+", " ")
            .strip()
            .replace(' ', '-');
    return name + "-" + cores + (cores == 1 ? "-core" : "-cores");
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %d core%s, %.1f GiB, %s",
        processor,
        cores,
        cores == 1 ? "" : "s",
        memoryBytes / (double) (1L << 30),
        os);
  }
}

package io.centroid.bench.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** This machine. */
  public static Machine here() {
    return new Machine(
        processor(cpuinfo()),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")));
  }

  private static List<String> cpuinfo() {
    try {
      return Files.readAllLines(CPUINFO);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The name in /proc/cpuinfo; the architecture if there is none, as on ARM. */
  static String processor(List<String> cpuinfo) {
    return cpuinfo.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
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

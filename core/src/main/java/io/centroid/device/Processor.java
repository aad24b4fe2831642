package io.centroid.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processor of this machine. */
public final class Processor {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** Its name, as it names itself; the architecture if that is unknown. */
  public static String name() {
    try {
      return name(Files.readAllLines(CPUINFO));
    } catch (IOException e) {
      return name(List.of());
    }
  }

  /** The name in /proc/cpuinfo; the architecture if there is none, as on ARM. */
  static String name(List<String> cpuinfo) {
    return cpuinfo.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}

package io.centroid.bench.train;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a process to its end and measures it from outside, by Linux's /proc. One at a time: CPU time
 * is that of all children of this JVM that ended meanwhile.
 *
 * @param name name of the process in messages
 * @param output file for its standard output and standard error
 * @param mark file that the process writes to; the time of the first write is measured. Null for
 *     none
 */
record WholeProcess(String name, ProcessBuilder builder, Path output, @Nullable Path mark) {
  private static final Path SELF = Path.of("/proc/self/stat");

  /** Fields of /proc/self/stat after the name: user and system time of the ended children. */
  private static final int CHILDREN_USER = 13;

  /** Linux reports the times in units of this, whatever its own clock. */
  private static final double TICKS_PER_SECOND = 100;

  private static final long POLL_MILLIS = 20;

  /**
   * What a process used.
   *
   * @param seconds wall clock from start to exit
   * @param cpuSeconds user and system time, with that of its child processes
   * @param peakBytes largest resident memory of the process itself
   * @param markSeconds time from the start to the first write to the mark; null if there was none
   */
  record Use(double seconds, double cpuSeconds, long peakBytes, @Nullable Double markSeconds) {}

  /**
   * Runs the process.
   *
   * @throws InputException if it cannot be started or does not exit with 0
   */
  Use run() {
    double cpuBefore = childrenSeconds();
    long start = System.nanoTime();
    Process process;
    try {
      process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    } catch (IOException e) {
      throw new InputException("cannot start " + name + ": " + e.getMessage(), e);
    }
    // A signal that ends this process also ends the child process.
    Thread end = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      process.getOutputStream().close();
      long peak = 0;
      Double marked = null;
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peakBytes(process.pid()));
        if (marked == null && mark != null && mark.toFile().length() > 0) {
          marked = secondsSince(start);
        }
      }
      Use use = new Use(secondsSince(start), childrenSeconds() - cpuBefore, peak, marked);
      Runtime.getRuntime().removeShutdownHook(end);
      requireSuccess(process.exitValue());
      return use;
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during the run of " + name, e);
    } catch (IOException e) {
      throw new IllegalStateException(name + ": " + e.getMessage(), e);
    }
  }

  /** What the process printed. */
  String text() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("output of " + name + ": " + e.getMessage(), e);
    }
  }

  private void requireSuccess(int exitValue) {
    if (exitValue != 0) {
      List<String> lines = text().lines().filter(line -> !line.isBlank()).toList();
      throw new InputException(
          name
              + " exited with "
              + exitValue
              + (lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1)));
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double childrenSeconds() {
    try {
      String stat = Files.readString(SELF);
      // The name may contain spaces and parentheses.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_USER + 1]))
          / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new InputException("bench train needs /proc, which only Linux has", e);
    }
  }

  /** 0 for a process that has just ended. */
  private static long peakBytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}

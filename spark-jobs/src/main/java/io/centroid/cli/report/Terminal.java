package io.centroid.cli.report;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The terminal at standard error. */
public final class Terminal {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
  private static final Pattern SIZE = Pattern.compile("\\d+ ([1-9]\\d*)\\s*");
  private static final int USUAL_WIDTH = 80;

  private Terminal() {}

  /** True if standard error is a terminal. */
  public static boolean isThere() {
    try {
      String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * A progress bar on standard error. The library's own look-up of the terminal is not used: it
   * takes SIGINT away from the JVM, which then ends without its shutdown hooks.
   */
  static ProgressBarBuilder bar(String task, long steps) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setStyle(ProgressBarStyle.ASCII)
        .setInitialMax(steps)
        .setUpdateIntervalMillis(200)
        // One column less, so that the cursor stays in the line.
        .setConsumer(new ConsoleProgressBarConsumer(System.err, width() - 1));
  }

  private static int width() {
    try {
      Process size = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      String output = new String(size.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher found = SIZE.matcher(output);
      return found.matches() ? Integer.parseInt(found.group(1)) : USUAL_WIDTH;
    } catch (IOException | NumberFormatException e) {
      return USUAL_WIDTH;
    }
  }
}

package io.centroid.cli.report;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.service.launcher.IrqHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A terminal that lines can be redrawn on. Its size is measured again after a resize, at most once
 * per second. Thread-safe.
 */
public final class Tty {
  /** File descriptor of standard output. */
  public static final int OUTPUT = 1;

  /** File descriptor of standard error. */
  public static final int ERROR = 2;

  /** System property with the user's locale; bin/centroid gives Java another one. */
  private static final String LOCALE = "centroid.locale";

  private static final Logger log = LoggerFactory.getLogger(Tty.class);
  private static final Pattern SIZE = Pattern.compile("(\\d{1,5}) (\\d{1,5})\\s*");
  private static final long MEASURED_FOR_NANOS = Duration.ofSeconds(1).toNanos();

  /** Size of a terminal in characters. */
  public record Size(int rows, int columns) {
    static final Size USUAL = new Size(24, 80);
  }

  private final boolean unicode;
  private final Supplier<Size> measure;
  private final LongSupplier nanos;
  private boolean resized;
  private @Nullable Size size;
  private long measuredNanos;

  /**
   * Creates a terminal.
   *
   * @param unicode whether it shows UTF-8
   * @param measure asks for its size
   * @param nanos clock
   */
  Tty(boolean unicode, Supplier<Size> measure, LongSupplier nanos) {
    this.unicode = unicode;
    this.measure = measure;
    this.nanos = nanos;
  }

  /** The terminal at a file descriptor; empty if there is none that can redraw a line. */
  public static Optional<Tty> at(int descriptor) {
    if (!isTerminal(descriptor) || !canRedraw(System.getenv())) {
      return Optional.empty();
    }
    Tty tty = new Tty(isUtf8(System.getenv()), Tty::measured, System::nanoTime);
    try {
      new IrqHandler("WINCH", signal -> tty.onResize()).bind();
    } catch (IllegalArgumentException e) {
      // The JVM was started with -Xrs, or the system has no such signal.
      log.debug("the terminal is measured once", e);
    }
    return Optional.of(tty);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  static boolean canRedraw(Map<String, String> environment) {
    String type = environment.getOrDefault("TERM", "");
    return !type.isEmpty() && !type.equals("dumb");
  }

  private static boolean isUtf8(Map<String, String> environment) {
    String locale = System.getProperty(LOCALE);
    return locale == null ? hasUtf8(environment) : isUtf8(locale);
  }

  /** Whether the locale's encoding is UTF-8, by the first of the variables that is set. */
  static boolean hasUtf8(Map<String, String> environment) {
    return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
        .map(name -> environment.getOrDefault(name, ""))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .filter(Tty::isUtf8)
        .isPresent();
  }

  private static boolean isUtf8(String locale) {
    String lower = locale.toLowerCase(Locale.ROOT);
    return lower.contains("utf-8") || lower.contains("utf8");
  }

  /** Whether the terminal shows UTF-8. */
  public boolean unicode() {
    return unicode;
  }

  /** The terminal was resized. */
  synchronized void onResize() {
    resized = true;
  }

  /** The size. */
  public synchronized Size size() {
    long now = nanos.getAsLong();
    Size known = size;
    if (known == null || (resized && now - measuredNanos >= MEASURED_FOR_NANOS)) {
      known = measure.get();
      size = known;
      resized = false;
      measuredNanos = now;
    }
    return known;
  }

  /** The size that {@code stty size} prints; 0 rows or columns are unknown. */
  static Size parsed(String output) {
    Matcher found = SIZE.matcher(output);
    if (!found.matches()) {
      return Size.USUAL;
    }
    int rows = Integer.parseInt(found.group(1));
    int columns = Integer.parseInt(found.group(2));
    return new Size(
        rows > 0 ? rows : Size.USUAL.rows(), columns > 0 ? columns : Size.USUAL.columns());
  }

  private static Size measured() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      String output = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return parsed(output);
    } catch (IOException e) {
      return Size.USUAL;
    }
  }
}

package io.centroid.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/** Numbers as text for people. */
public final class Numbers {
  private static final MathContext FOUR_DIGITS = new MathContext(4);
  private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Numbers() {}

  /** Four significant digits, or all of a whole number. */
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return whole((long) value);
    }
    BigDecimal four = new BigDecimal(value).round(FOUR_DIGITS);
    double size = Math.abs(four.doubleValue());
    return size < 1e-4 || size >= 1e7
        ? String.format(Locale.ROOT, "%.3e", value)
        : size >= 1e3 ? whole(Math.round(value)) : four.stripTrailingZeros().toPlainString();
  }

  static String whole(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String bytes(double bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < BYTES.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? whole(Math.round(bytes)) + " B" : three(value) + " " + BYTES[unit];
  }

  private static String three(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  /** A duration, such as {@code 830 ms}, {@code 12.5 s} or {@code 1 h 12 min}. */
  static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "–";
    }
    if (seconds < 1) {
      return three(seconds * 1000) + " ms";
    }
    if (seconds < 100) {
      return three(seconds) + " s";
    }
    Duration whole = Duration.ofSeconds(Math.round(seconds));
    return whole.toHours() > 0
        ? whole.toHours() + " h " + whole.toMinutesPart() + " min"
        : whole.toMinutes() + " min " + whole.toSecondsPart() + " s";
  }

  /** A share of 0 to 1 in percent. */
  static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.2f %%", 100 * share) : "–";
  }

  /** A metric's value: accuracies in percent. */
  public static String metric(String name, double value) {
    return name.equals("accuracy") ? percent(value) : text(value);
  }
}

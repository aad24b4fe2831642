package io.centroid.sweep;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.random.Seed;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** The distribution from which the values of a key are drawn. */
sealed interface Range {
  /** Significant digits of a drawn number or of the width of its range. */
  int DIGITS = 4;

  String FORMS =
      "uniform:LOW..HIGH, log:LOW..HIGH, int:LOW..HIGH, logint:LOW..HIGH or choice:VALUE,VALUE";

  /** The value at a quantile, as text. */
  String at(double quantile);

  /** Numbers between two bounds; {@code isLog}: the logarithm is uniformly distributed. */
  record Numbers(BigDecimal low, BigDecimal high, boolean isLog) implements Range {
    @Override
    public String at(double quantile) {
      BigDecimal value =
          isLog
              ? new BigDecimal(logarithmic(low.doubleValue(), high.doubleValue(), quantile))
                  .round(new MathContext(DIGITS))
              : low.add(high.subtract(low).multiply(new BigDecimal(quantile)))
                  .setScale(decimals(), RoundingMode.HALF_EVEN);
      return text(value.max(low).min(high));
    }

    /** Decimals of the last significant digit of the range's width. */
    private int decimals() {
      BigDecimal width = high.subtract(low);
      return DIGITS - 1 - (width.precision() - width.scale() - 1);
    }

    private static String text(BigDecimal value) {
      BigDecimal plain = value.stripTrailingZeros();
      return plain.scale() > 0 ? plain.toString().replace("E", "e") : plain.toPlainString();
    }
  }

  /** Whole numbers between two bounds, both included. */
  record Integers(long low, long high, boolean isLog) implements Range {
    @Override
    public String at(double quantile) {
      double value =
          isLog
              ? StrictMath.rint(logarithmic(low - 0.5, high + 0.5, quantile))
              : low + StrictMath.floor(quantile * ((double) high - low + 1));
      return Long.toString(Math.max(low, Math.min(high, (long) value)));
    }
  }

  /** One of several values. */
  record Choice(List<String> values) implements Range {
    @Override
    public String at(double quantile) {
      return values.get((int) (quantile * values.size()));
    }
  }

  /**
   * Draws a value.
   *
   * @param key number of the key in the order of the options, from 0
   * @param attempt number of earlier draws for this trial that were rejected
   */
  default String draw(long seed, int trial, int key, int attempt) {
    return at(Seed.unit(Seed.of(seed, Seed.Purpose.SEARCH, trial, key, attempt)));
  }

  private static double logarithmic(double low, double high, double quantile) {
    double start = StrictMath.log(low);
    return StrictMath.exp(start + quantile * (StrictMath.log(high) - start));
  }

  /**
   * Parses a range.
   *
   * @param option option for messages
   * @throws InputException if it is not a range
   */
  static Range parse(String option, String text) {
    int colon = text.indexOf(':');
    String kind = text.substring(0, Math.max(0, colon));
    String values = text.substring(colon + 1);
    return switch (kind) {
      case "choice" -> new Choice(SearchSpace.values(option, values));
      case "uniform", "log" -> numbers(option, values, kind.equals("log"));
      case "int", "logint" -> integers(option, values, kind.equals("logint"));
      default -> throw invalid(option, FORMS, text);
    };
  }

  private static Numbers numbers(String option, String text, boolean isLog) {
    String[] bounds = bounds(option, text);
    try {
      Numbers range = new Numbers(decimal(bounds[0]), decimal(bounds[1]), isLog);
      requireOrder(option, text, range.low.compareTo(range.high) < 0);
      requirePositive(option, text, !isLog || range.low.signum() > 0);
      return range;
    } catch (NumberFormatException e) {
      throw invalid(option, "two numbers LOW..HIGH", text);
    }
  }

  /** A finite number. */
  private static BigDecimal decimal(String text) {
    return BigDecimal.valueOf(Double.parseDouble(text));
  }

  private static Integers integers(String option, String text, boolean isLog) {
    String[] bounds = bounds(option, text);
    try {
      // int: the range of every whole number of a configuration but train.steps and seeds.
      Integers range =
          new Integers(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1]), isLog);
      requireOrder(option, text, range.low < range.high);
      requirePositive(option, text, !isLog || range.low > 0);
      return range;
    } catch (NumberFormatException e) {
      throw invalid(option, "two whole numbers LOW..HIGH", text);
    }
  }

  private static String[] bounds(String option, String text) {
    int dots = text.indexOf("..");
    if (dots < 1) {
      throw invalid(option, "LOW..HIGH", text);
    }
    return new String[] {text.substring(0, dots).strip(), text.substring(dots + 2).strip()};
  }

  private static void requireOrder(String option, String text, boolean isOrdered) {
    if (!isOrdered) {
      throw invalid(option, "LOW below HIGH", text);
    }
  }

  private static void requirePositive(String option, String text, boolean isPositive) {
    if (!isPositive) {
      throw invalid(option, "LOW above 0, since it is logarithmic", text);
    }
  }

  private static InputException invalid(String option, String expected, String found) {
    return new InputException(
        option + ": expected " + expected + ", found " + InputErrors.quote(found));
  }
}

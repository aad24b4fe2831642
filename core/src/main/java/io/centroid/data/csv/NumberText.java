package io.centroid.data.csv;

import com.fasterxml.jackson.core.io.NumberInput;

/**
 * A parser of decimal numbers that agrees with {@link Double#parseDouble}. It uses Jackson's
 * implementation of Lemire, "Number parsing at a gigabyte per second", 2021.
 */
final class NumberText {
  /** Powers of ten that a double represents exactly. */
  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22
  };

  /** Twice the largest relative error of a quotient or product of two rounded numbers. */
  private static final double ERROR = 0x1p-50;

  private NumberText() {}

  /**
   * The float nearest to the double nearest to {@code digits * 10^exponent}, as a cast of {@link
   * #parse} yields. NaN if it is not finite, or a double does not suffice to find it.
   *
   * <p>Up to 2^53 the quotient or product of two exact doubles is rounded once (Clinger, "How to
   * read floating point numbers accurately", 1990). Beyond, it is within four units in the last
   * place, and if both ends of this interval round to the same float, so does the nearest double.
   *
   * @param digits whole number from 0
   */
  static float scaled(long digits, int exponent) {
    if (exponent <= -POWERS.length || exponent >= POWERS.length) {
      return Float.NaN;
    }
    double value = exponent < 0 ? digits / POWERS[-exponent] : digits * POWERS[exponent];
    float low = (float) value;
    float high = low;
    if (digits >>> 53 != 0) {
      low = (float) (value * (1 - ERROR));
      high = (float) (value * (1 + ERROR));
    }
    return low == high && high < Float.POSITIVE_INFINITY ? low : Float.NaN;
  }

  /**
   * Parses {@code [+-] digits [. digits] [e [+-] digits]} with at least one digit before the
   * exponent. Returns NaN for any other text, including "NaN" and "Infinity".
   */
  static double parse(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
        return Double.NaN;
      }
    }
    try {
      return NumberInput.parseDouble(text, true);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}

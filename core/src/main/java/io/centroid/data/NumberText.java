package io.centroid.data;

import java.nio.charset.StandardCharsets;

/**
 * Numbers written in decimal, straight from bytes. Short ones, which are nearly all, are exact in
 * double arithmetic (Clinger, "How to read floating point numbers accurately", PLDI 1990); the
 * others go through {@link Double#parseDouble}.
 */
final class NumberText {
  private static final long LARGEST_EXACT = 1L << 53;
  private static final double[] POWERS_OF_TEN = new double[23];

  static {
    double power = 1;
    for (int i = 0; i < POWERS_OF_TEN.length; i++) {
      POWERS_OF_TEN[i] = power;
      power *= 10;
    }
  }

  private NumberText() {}

  /**
   * Parses {@code [+-] digits [. digits] [e [+-] digits]} with at least one digit before the
   * exponent; NaN for any other text, "NaN" and "Infinity" among it.
   */
  static double parse(byte[] text, int from, int to) {
    int at = from;
    boolean negative = false;
    if (at < to && (text[at] == '-' || text[at] == '+')) {
      negative = text[at] == '-';
      at++;
    }
    long mantissa = 0;
    int digits = 0;
    int significant = 0;
    int scale = 0;
    boolean point = false;
    for (; at < to; at++) {
      int digit = text[at] - '0';
      if (digit >= 0 && digit <= 9) {
        digits++;
        significant += significant > 0 || digit > 0 ? 1 : 0;
        mantissa = mantissa * 10 + digit;
        scale -= point ? 1 : 0;
      } else if (text[at] == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (digits == 0) {
      return Double.NaN;
    }
    if (at < to) {
      long exponent = exponent(text, at, to);
      if (exponent == Long.MIN_VALUE) {
        return Double.NaN;
      }
      scale += (int) Math.max(-100_000, Math.min(100_000, exponent));
    }
    if (significant > 18 || mantissa > LARGEST_EXACT || scale < -22 || scale > 22) {
      return Double.parseDouble(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
    }
    double value = scale < 0 ? mantissa / POWERS_OF_TEN[-scale] : mantissa * POWERS_OF_TEN[scale];
    return negative ? -value : value;
  }

  /** The exponent that begins at {@code at}; {@link Long#MIN_VALUE} if it is none. */
  private static long exponent(byte[] text, int from, int to) {
    int at = from;
    if (text[at] != 'e' && text[at] != 'E') {
      return Long.MIN_VALUE;
    }
    at++;
    boolean negative = false;
    if (at < to && (text[at] == '-' || text[at] == '+')) {
      negative = text[at] == '-';
      at++;
    }
    if (at == to) {
      return Long.MIN_VALUE;
    }
    long exponent = 0;
    for (; at < to; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        return Long.MIN_VALUE;
      }
      exponent = Math.min(1_000_000, exponent * 10 + digit);
    }
    return negative ? -exponent : exponent;
  }
}

package io.centroid.explain.picture;

/**
 * Colors of signed numbers: red above 0, blue below, transparent at 0. The two hues are the ends of
 * ColorBrewer's scheme RdBu, which readers with color deficiencies can tell apart.
 */
final class Diverging {
  static final int RED = 0xD62F27;
  static final int BLUE = 0x2166AC;

  /** Opacity of the largest contribution, so that what is below stays visible. */
  private static final double OPACITY = 0.9;

  private Diverging() {}

  /** A color as 0xRRGGBB between two others; 0 is the first, 1 the second. */
  static int mix(int first, int second, double share) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double from = first >> shift & 0xff;
      double to = second >> shift & 0xff;
      mixed |= (int) Math.round(from + share * (to - from)) << shift;
    }
    return mixed;
  }

  /**
   * The color of a number over another color.
   *
   * @param value number, where -1 is entirely blue and 1 entirely red; larger ones are clipped
   */
  static int over(int below, double value) {
    double share = OPACITY * Math.min(1, Math.abs(value));
    return mix(below, value > 0 ? RED : BLUE, share);
  }

  /** The same for markup, such as {@code #d62f27}. */
  static String hex(int color) {
    String digits = Integer.toHexString(color);
    return "#" + "0".repeat(6 - digits.length()) + digits;
  }
}

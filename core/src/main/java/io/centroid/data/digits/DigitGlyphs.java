package io.centroid.data.digits;

import java.util.ArrayList;
import java.util.List;

/**
 * The glyphs of the digits: several variants of each, as pen strokes through given points.
 * Coordinates run from 0 to 100, y downwards. A stroke is a Catmull-Rom spline (Catmull and Rom, "A
 * class of local interpolating splines", 1974) through its points; an exclamation mark marks a
 * corner.
 */
final class DigitGlyphs {

  /** Points of one stroke; a corner appears twice. */
  record Stroke(float[] x, float[] y) {
    int points() {
      return x.length;
    }
  }

  private static final String[][] DIGITS = {
    {
      "52,6 32,14 20,38 20,64 34,90 54,94 74,82 82,54 76,24 60,8 46,8",
      "62,8 38,10 22,34 24,68 44,94 66,86 80,58 78,26 58,6",
      "46,12 28,30 24,58 36,88 56,92 72,70 74,36 62,12 44,6 34,14",
      "50,5 30,22 28,50 34,82 52,95 70,80 74,46 68,18 50,5"
    },
    {
      "50,5 50,50 50,95",
      "36,24 54,7! 53,50 52,94",
      "30,30 55,6! 54,50 54,93! | 30,93 78,93",
      "56,5 52,50 46,95",
      "44,12 55,6 54,40 53,95"
    },
    {
      "20,28 34,9 60,7 76,24 70,46 46,68 20,92! 52,88 84,90",
      "22,24 42,8 68,14 72,34 54,62 30,86 16,88 22,74 38,78 58,92 86,84",
      "18,20 40,8 70,12 74,36 48,64 18,90! 50,93 82,91",
      "26,34 30,12 56,5 74,22 64,50 36,80 20,94! 50,82 84,94"
    },
    {
      "22,16 44,6 70,14 70,34 42,47! 72,54 80,76 56,94 20,86",
      "24,12 56,6 74,22 62,42 44,48 66,52 78,72 60,94 34,94 18,82",
      "22,10! 74,10! 46,42! 72,52 80,74 54,95 20,86",
      "20,20 40,5 68,12 66,36 46,46 38,48 50,48 74,60 72,86 44,96 18,84"
    },
    {
      "32,8 26,34 20,56! 50,54 82,52! | 66,8 62,50 58,95",
      "64,95 66,50 68,5! 40,36 16,64! 50,64 88,62!",
      "26,10 24,38 36,52 68,46! | 74,8 68,50 62,95",
      "36,6 20,50! 80,48! | 62,30 58,62 56,95"
    },
    {
      "76,10! 34,10! 28,46! 52,38 76,52 76,78 52,94 20,86",
      "34,12 28,46! 56,42 76,60 64,88 22,92! | 34,12 56,12 80,8",
      "70,8 38,12! 34,42 60,46 74,66 60,90 36,95 20,84",
      "82,6 40,10! 26,44! 48,40 70,54 70,80 46,95 24,88"
    },
    {
      "68,6 42,22 25,54 28,82 50,94 72,82 70,60 50,52 28,68",
      "54,5 34,36 25,70 42,94 68,84 68,62 46,58 28,76",
      "60,5 36,30 26,62 34,90 58,92 70,72 58,58 38,64 28,80",
      "78,12 50,14 28,44 24,78 46,95 70,84 74,62 54,54 30,72"
    },
    {
      "18,14! 50,13 80,12! 58,50 42,95",
      "20,14! 80,12! 60,46 46,95 | 34,52 74,50",
      "18,28! 20,12! 80,10! 52,56 44,95",
      "16,16 40,20 60,10 80,12! 66,40 60,70 58,95"
    },
    {
      "72,20 50,7 28,18 34,38 66,58 76,78 52,94 26,80 34,58 66,38 72,20",
      "50,46 32,36 34,14 52,6 70,16 68,36 50,46 28,62 28,86 50,95 74,86 72,62 50,46",
      "66,10 40,8 32,26 56,48 70,72 56,94 34,88 34,68 60,44 70,22 58,8",
      "76,14 46,8 30,24 50,44 68,66 62,90 40,94 32,76 52,50 74,28 78,12"
    },
    {
      "72,26 54,8 30,18 26,40 46,52 68,38 73,20! 71,60 64,95",
      "68,20 46,6 26,24 36,46 60,42 71,22! 72,58 58,88 30,92",
      "74,16 48,8 28,26 34,46 58,44 74,18! 62,56 52,95",
      "64,44 40,48 28,28 44,8 66,14 68,40 64,70 60,95"
    }
  };

  private static final List<List<List<Stroke>>> PARSED = parseAll();

  private DigitGlyphs() {}

  /** Number of variants of a digit. */
  static int variants(int digit) {
    return PARSED.get(digit).size();
  }

  static List<Stroke> strokes(int digit, int variant) {
    return PARSED.get(digit).get(variant);
  }

  private static List<List<List<Stroke>>> parseAll() {
    List<List<List<Stroke>>> digits = new ArrayList<>();
    for (String[] variants : DIGITS) {
      List<List<Stroke>> parsed = new ArrayList<>();
      for (String variant : variants) {
        List<Stroke> strokes = new ArrayList<>();
        for (String stroke : variant.split("\\|", -1)) {
          strokes.add(parse(stroke.strip()));
        }
        parsed.add(List.copyOf(strokes));
      }
      digits.add(List.copyOf(parsed));
    }
    return List.copyOf(digits);
  }

  private static Stroke parse(String text) {
    List<String> points = new ArrayList<>();
    for (String point : text.split(" ", -1)) {
      boolean corner = point.endsWith("!");
      String plain = corner ? point.substring(0, point.length() - 1) : point;
      points.add(plain);
      if (corner) {
        points.add(plain);
      }
    }
    float[] x = new float[points.size()];
    float[] y = new float[points.size()];
    for (int i = 0; i < x.length; i++) {
      String[] pair = points.get(i).split(",", -1);
      x[i] = Float.parseFloat(pair[0]) / 100 - 0.5f;
      y[i] = Float.parseFloat(pair[1]) / 100 - 0.5f;
    }
    return new Stroke(x, y);
  }
}

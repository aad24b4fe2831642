package io.centroid.cli.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws curves as text, with a linear axis of values on the left.
 *
 * @param width number of columns, the axis included
 * @param rows number of rows of a curve
 * @param unicode whether other characters than ASCII may be used
 */
record Plot(int width, int rows, boolean unicode) {
  /** Number of columns of the axis. */
  static final int AXIS = 10;

  private static final double LARGE = 1e7;
  private static final double SMALL = 1e-3;

  /** Limits of the values. */
  private record Range(double low, double high) {

    static Range of(double[] ys) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (double y : ys) {
        if (Double.isFinite(y)) {
          low = Math.min(low, y);
          high = Math.max(high, y);
        }
      }
      return new Range(low, high);
    }

    boolean isEmpty() {
      return low > high;
    }

    /** The row of dots of a value; a constant is in the middle. */
    int row(double y, int height) {
      // In halves: the difference of two numbers may be greater than the greatest number.
      double part = high > low ? (high / 2 - y / 2) / (high / 2 - low / 2) : 0.5;
      return (int) Math.round(part * (height - 1));
    }
  }

  /**
   * Draws a curve.
   *
   * @param to position at the right end; 0 is at the left
   */
  List<String> curve(Curve curve, double to) {
    double[] xs = curve.xs();
    double[] ys = curve.ys();
    Range range = Range.of(ys);
    DotGrid grid = new DotGrid(rows, Math.max(1, width - AXIS), unicode);
    int before = -1;
    int beforeRow = -1;
    for (int i = 0; i < xs.length; i++) {
      if (!Double.isFinite(ys[i])) {
        before = -1;
        continue;
      }
      double part = to > 0 ? Math.min(1, Math.max(0, xs[i] / to)) : 0;
      int column = (int) Math.round(part * (grid.width() - 1));
      int row = range.row(ys[i], grid.height());
      grid.line(before < 0 ? column : before, before < 0 ? row : beforeRow, column, row);
      before = column;
      beforeRow = row;
    }
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      String label = range.isEmpty() ? "" : label(row, range, grid.height() / rows);
      String axis = unicode ? label.isEmpty() ? "│" : "┤" : "|";
      lines.add((String.format(Locale.ROOT, "%9s", label) + axis + grid.text(row)).stripTrailing());
    }
    return lines;
  }

  private String label(int row, Range range, int dots) {
    if (range.low == range.high) {
      return row == range.row(range.low, rows * dots) / dots ? number(range.low) : "";
    }
    if (row == 0) {
      return number(range.high);
    }
    return row == rows - 1 ? number(range.low) : "";
  }

  /** The axis of positions from 0, which is below the curves. */
  List<String> axis(String name, double to) {
    int columns = Math.max(1, width - AXIS);
    String line =
        " ".repeat(AXIS - 1) + (unicode ? "└" : "+") + (unicode ? "─" : "-").repeat(columns);
    String end = name + " " + String.format(Locale.ROOT, "%,.0f", to);
    String labels =
        " ".repeat(AXIS) + "0" + " ".repeat(Math.max(1, columns - 1 - end.length())) + end;
    return List.of(line, labels);
  }

  /** A number in at most nine characters. */
  static String number(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return "-";
    }
    if (value != 0 && (size >= LARGE || size < SMALL)) {
      String text = String.format(Locale.ROOT, "%.2e", value);
      return text.length() < AXIS ? text : String.format(Locale.ROOT, "%.1e", value);
    }
    int decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4;
    return value == 0 ? "0" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}

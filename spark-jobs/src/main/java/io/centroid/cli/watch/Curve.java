package io.centroid.cli.watch;

import java.util.Arrays;

/**
 * A curve in constant memory. When there are too many points, neighbors are replaced by their mean,
 * and from then on every point is the mean of twice as many.
 */
final class Curve {
  /** Maximum number of points: two per dot of the widest plot. */
  static final int MOST_POINTS = 1024;

  private final double[] xs = new double[MOST_POINTS];
  private final double[] ys = new double[MOST_POINTS];
  private int size;
  private int stride = 1;
  private double sumX;
  private double sumY;
  private int pending;
  private int pendingFinite;
  private double last = Double.NaN;

  /**
   * Adds a point.
   *
   * @param y value; NaN or infinite makes a gap
   */
  void add(double x, double y) {
    last = y;
    sumX += x;
    pending++;
    if (Double.isFinite(y)) {
      sumY += y;
      pendingFinite++;
    }
    if (pending == stride) {
      flush();
    }
  }

  private void flush() {
    if (size == MOST_POINTS) {
      halve();
    }
    if (pending < stride) {
      return;
    }
    xs[size] = sumX / pending;
    ys[size] = pendingFinite == 0 ? Double.NaN : sumY / pendingFinite;
    size++;
    sumX = 0;
    sumY = 0;
    pending = 0;
    pendingFinite = 0;
  }

  private void halve() {
    for (int i = 0; i < size / 2; i++) {
      xs[i] = (xs[2 * i] + xs[2 * i + 1]) / 2;
      double first = ys[2 * i];
      double second = ys[2 * i + 1];
      ys[i] = Double.isNaN(first) ? second : Double.isNaN(second) ? first : first / 2 + second / 2;
    }
    size /= 2;
    stride *= 2;
  }

  /** The last value; NaN if there is none. */
  double last() {
    return last;
  }

  /** Positions of the points in ascending order. */
  double[] xs() {
    return Arrays.copyOf(xs, size);
  }

  /** Values of the points; NaN is a gap. */
  double[] ys() {
    return Arrays.copyOf(ys, size);
  }
}

package io.centroid.retrain.drift;

import java.util.Arrays;

/**
 * A feature's bins: values up to and including {@code edges[i]} that are in no bin before belong to
 * bin i, larger ones to the last. Fixed by the quantiles of the population that is known.
 *
 * @param edges rising; one bin less than there are bins
 */
public record Bins(float[] edges) {

  /**
   * Bins that hold about as many values each. A value that is more frequent than that has a bin of
   * its own with fewer bins in all; a feature that is always the same has three: less, that value,
   * and more.
   *
   * @param values in any order; sorted by this
   * @param most bins
   */
  public static Bins ofQuantiles(float[] values, int most) {
    if (values.length == 0 || most < 2) {
      throw new IllegalArgumentException("values " + values.length + ", bins " + most);
    }
    Arrays.sort(values);
    if (values[0] == values[values.length - 1]) {
      return new Bins(new float[] {Math.nextDown(values[0]), values[0]});
    }
    float[] edges = new float[most - 1];
    int count = 0;
    for (int i = 1; i < most; i++) {
      // The smallest value that so large a share of all values does not exceed.
      int rank = (int) Math.ceil((double) i * values.length / most);
      float edge = values[Math.max(0, rank - 1)];
      boolean last = edge == values[values.length - 1];
      if ((count == 0 || edge > edges[count - 1]) && (!last || count == 0)) {
        edges[count++] = edge;
      }
    }
    return new Bins(Arrays.copyOf(edges, count));
  }

  /** Number of bins. */
  public int count() {
    return edges.length + 1;
  }

  /** The bin of a value; one that is no number is in the last. */
  public int of(float value) {
    int low = 0;
    int high = edges.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value <= edges[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}

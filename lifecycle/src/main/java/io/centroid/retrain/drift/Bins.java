package io.centroid.retrain.drift;

import java.util.Arrays;

/**
 * The histogram bins of a feature, from quantiles of the reference data. Bin i holds the values in
 * ({@code edges[i-1]}, {@code edges[i]}]; the last bin holds larger and missing ones.
 *
 * @param edges upper bounds in ascending order; one fewer than bins
 */
public record Bins(float[] edges) {

  /**
   * Quantile bins with about equal counts. A very frequent value gets its own bin and reduces the
   * number of bins. A constant feature has three bins: below, equal and above.
   *
   * @param values values of the feature, NaN for missing ones; sorted in place
   * @param maxBins maximum number of bins
   */
  public static Bins ofQuantiles(float[] values, int maxBins) {
    if (values.length == 0 || maxBins < 2) {
      throw new IllegalArgumentException("values " + values.length + ", bins " + maxBins);
    }
    Arrays.sort(values);
    int present = values.length;
    while (present > 0 && Float.isNaN(values[present - 1])) {
      present--;
    }
    return present == 0
        ? new Bins(new float[] {0})
        : ofSorted(Arrays.copyOf(values, present), maxBins);
  }

  private static Bins ofSorted(float[] values, int maxBins) {
    if (values[0] == values[values.length - 1]) {
      return new Bins(new float[] {Math.nextDown(values[0]), values[0]});
    }
    float[] edges = new float[maxBins - 1];
    int count = 0;
    for (int i = 1; i < maxBins; i++) {
      // The i / maxBins quantile.
      int rank = (int) Math.ceil((double) i * values.length / maxBins);
      float edge = values[Math.max(0, rank - 1)];
      boolean last = edge == values[values.length - 1];
      if ((count == 0 || edge > edges[count - 1]) && (!last || count == 0)) {
        edges[count++] = edge;
      }
    }
    return new Bins(Arrays.copyOf(edges, count));
  }

  /** The number of bins. */
  public int count() {
    return edges.length + 1;
  }

  /** The bin of a value; NaN is in the last bin. */
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

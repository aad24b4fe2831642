package io.centroid.retrain.drift;

import io.centroid.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a population looks like: the shares of each feature's bins, of the targets' classes and of
 * the classes that a model predicted for it. Small: a few numbers a feature.
 *
 * @param features in the order of an example's values
 * @param targets examples of each class; empty if there are no classes
 * @param predictions likewise, as predicted
 */
public record Profile(List<Feature> features, long[] targets, long[] predictions) {
  public Profile {
    features = List.copyOf(features);
  }

  /**
   * A feature.
   *
   * @param counts examples in each bin
   */
  public record Feature(Bins bins, long[] counts) {
    public Feature {
      if (counts.length != bins.count()) {
        throw new IllegalArgumentException(
            "counts of " + counts.length + " bins, expected " + bins.count());
      }
    }
  }

  /**
   * The population that later ones are compared with.
   *
   * @param rows examples' values; at least one row
   */
  public static Profile of(List<float[]> rows, int bins, long[] targets, long[] predictions) {
    List<Feature> features = new ArrayList<>();
    float[] column = new float[rows.size()];
    for (int feature = 0; feature < rows.get(0).length; feature++) {
      for (int row = 0; row < column.length; row++) {
        column[row] = rows.get(row)[feature];
      }
      Bins found = Bins.ofQuantiles(column, bins);
      features.add(new Feature(found, counts(found, rows, feature)));
    }
    return new Profile(features, targets, predictions);
  }

  /** Another population in the bins of this one. */
  public Profile binned(List<float[]> rows, long[] otherTargets, long[] otherPredictions) {
    if (!rows.isEmpty() && rows.get(0).length != features.size()) {
      throw new InputException(
          "drift: examples have %d values, expected %d as in the champion's profile"
              .formatted(rows.get(0).length, features.size()));
    }
    List<Feature> found = new ArrayList<>();
    for (int feature = 0; feature < features.size(); feature++) {
      Bins bins = features.get(feature).bins();
      found.add(new Feature(bins, counts(bins, rows, feature)));
    }
    return new Profile(found, otherTargets, otherPredictions);
  }

  private static long[] counts(Bins bins, List<float[]> rows, int feature) {
    long[] counts = new long[bins.count()];
    for (float[] row : rows) {
      counts[bins.of(row[feature])]++;
    }
    return counts;
  }
}

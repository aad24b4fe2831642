package io.centroid.retrain.drift;

import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * The profile of a data set: a histogram of each feature, of the target classes and of the classes
 * that a model predicts.
 *
 * @param features histograms in the order of an example's values
 * @param targets number of examples per class; empty for a regression
 * @param predictions number of predictions per class; empty for a regression
 */
public record Profile(List<Feature> features, long[] targets, long[] predictions) {
  public Profile {
    features = List.copyOf(features);
  }

  /**
   * The histogram of a feature.
   *
   * @param counts number of examples per bin
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
   * Creates the profile of reference data.
   *
   * @param rows values of the examples; at least one row
   * @param bins maximum number of bins per feature
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

  /** The profile of other data with the bins of this one. */
  public Profile binned(List<float[]> rows, long[] otherTargets, long[] otherPredictions) {
    if (!rows.isEmpty() && rows.get(0).length != features.size()) {
      throw new InputException(
          "drift: examples have %s values, expected %s as in the champion's profile"
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

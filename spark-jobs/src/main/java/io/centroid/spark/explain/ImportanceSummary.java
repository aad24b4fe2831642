package io.centroid.spark.explain;

import io.centroid.explain.picture.ImportancePlot;
import io.centroid.report.ExplanationsRecord;
import io.centroid.report.ExplanationsRecord.OutputAttribution;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The contributions of the inputs over many examples, each to the first explained output of its
 * example. Not thread-safe.
 */
public final class ImportanceSummary implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Maximum number of points of a feature in a beeswarm plot. */
  private static final int MOST_POINTS = 500;

  private long count;
  private double[] sums = {};
  private double errors;
  private long withError;
  private List<Point> points = new ArrayList<>();

  /** An example of the plot; those with the smallest hashes are kept. */
  private record Point(long hash, double[] contributions, double[] values)
      implements Serializable {}

  /**
   * Adds an example.
   *
   * @param hash hash of the example, which decides whether it is plotted
   */
  public void add(long hash, ExplanationsRecord.Example example) {
    OutputAttribution attribution = example.attributions().get(0);
    double[] contributions =
        attribution.contributions().stream().mapToDouble(Double::doubleValue).toArray();
    count++;
    if (attribution.error() != null) {
      errors += attribution.error();
      withError++;
    }
    addSums(Arrays.stream(contributions).map(Math::abs).toArray());
    if (!example.inputs().isEmpty()) {
      double[] values = example.inputs().stream().mapToDouble(Double::doubleValue).toArray();
      points.add(new Point(hash, contributions, values));
      if (points.size() > 2 * MOST_POINTS) {
        truncate();
      }
    }
  }

  /** Adds the examples of another part of the data set. */
  public void merge(ImportanceSummary other) {
    if (other.count == 0) {
      return;
    }
    count += other.count;
    errors += other.errors;
    withError += other.withError;
    addSums(other.sums);
    points.addAll(other.points);
    truncate();
  }

  private void addSums(double[] more) {
    if (sums.length < more.length) {
      sums = Arrays.copyOf(sums, more.length);
    }
    for (int i = 0; i < more.length; i++) {
      sums[i] += more[i];
    }
  }

  private void truncate() {
    points.sort(Comparator.comparingLong(Point::hash));
    points = new ArrayList<>(points.subList(0, Math.min(MOST_POINTS, points.size())));
  }

  /** Number of examples. */
  public long count() {
    return count;
  }

  /** Mean of the examples' standard errors; NaN if none is known. */
  public double meanError() {
    return errors / withError;
  }

  /** Mean absolute contribution of each input. */
  public double[] importance() {
    return Arrays.stream(sums).map(sum -> sum / Math.max(1, count)).toArray();
  }

  /** The examples to plot. */
  public List<ImportancePlot.Example> plotted() {
    truncate();
    return points.stream()
        .map(point -> new ImportancePlot.Example(point.contributions(), point.values()))
        .toList();
  }
}

package io.centroid.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * Curves of several values over the steps, in bounded memory. A long run's rows are put in at most
 * {@value #MOST_BUCKETS} buckets of equally many rows, of which each has two points: a curve's
 * minimum and maximum there, in the order in which they occurred. Buckets are merged in pairs as
 * they fill up.
 */
final class Curves {
  static final int MOST_BUCKETS = 1000;

  /**
   * Where a row stands on the axes.
   *
   * @param seconds training time so far
   */
  record Place(long step, long examples, double seconds) {}

  /** The values of one curve in a bucket, with the numbers of the rows of its extremes. */
  private record Range(double min, long minRow, double max, long maxRow, double sum, long count) {
    static Range of(double value, long row) {
      return new Range(value, row, value, row, value, 1);
    }

    Range merge(Range later) {
      boolean lower = later.min < min;
      boolean higher = later.max > max;
      return new Range(
          lower ? later.min : min,
          lower ? later.minRow : minRow,
          higher ? later.max : max,
          higher ? later.maxRow : maxRow,
          sum + later.sum,
          count + later.count);
    }

    double first() {
      return minRow <= maxRow ? min : max;
    }

    double second() {
      return minRow <= maxRow ? max : min;
    }
  }

  private static final class Bucket {
    private final Place first;
    private final Map<String, Range> ranges = new HashMap<>();
    private Place last;
    private int rows;

    Bucket(Place first) {
      this.first = first;
      this.last = first;
    }

    void add(Place place, Map<String, Double> values, long row) {
      last = place;
      rows++;
      values.forEach((name, value) -> ranges.merge(name, Range.of(value, row), Range::merge));
    }

    void add(Bucket later) {
      last = later.last;
      rows += later.rows;
      later.ranges.forEach((name, range) -> ranges.merge(name, range, Range::merge));
    }
  }

  private final Set<String> names = new TreeSet<>();
  private List<Bucket> buckets = new ArrayList<>();
  private int rowsPerBucket = 1;
  private long rows;

  /** Adds a row, whose step is after that of the row before; values are finite. */
  void add(Place place, Map<String, Double> values) {
    names.addAll(values.keySet());
    if (buckets.isEmpty() || newest().rows >= rowsPerBucket) {
      if (buckets.size() == MOST_BUCKETS) {
        mergePairs();
      }
      buckets.add(new Bucket(place));
    }
    newest().add(place, values, rows++);
  }

  private Bucket newest() {
    return buckets.get(buckets.size() - 1);
  }

  private void mergePairs() {
    List<Bucket> merged = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i += 2) {
      buckets.get(i).add(buckets.get(i + 1));
      merged.add(buckets.get(i));
    }
    buckets = merged;
    rowsPerBucket *= 2;
  }

  /** Names of the curves. */
  Set<String> names() {
    return names;
  }

  boolean isEmpty() {
    return buckets.isEmpty();
  }

  /** Rows per bucket; 1 if every row is a point of its own. */
  int rowsPerBucket() {
    return rowsPerBucket;
  }

  /** The points as {@code {x: {step, examples, seconds}, y: {NAME: [...]}}}. */
  ObjectNode points() {
    Map<String, ArrayNode> curves = new TreeMap<>();
    names.forEach(name -> curves.put(name, JsonNodeFactory.instance.arrayNode()));
    List<Place> places = new ArrayList<>();
    for (Bucket bucket : buckets) {
      boolean isPoint = bucket.rows == 1;
      places.add(bucket.first);
      if (!isPoint) {
        places.add(bucket.last);
      }
      curves.forEach(
          (name, curve) -> {
            Range range = bucket.ranges.get(name);
            add(curve, range == null ? Double.NaN : range.first());
            if (!isPoint) {
              add(curve, range == null ? Double.NaN : range.second());
            }
          });
    }
    return table(places, curves);
  }

  /** The means of the buckets, at the end of each, in the form of {@link #points}. */
  ObjectNode means(List<String> selected) {
    Map<String, ArrayNode> curves = new TreeMap<>();
    for (String name : selected) {
      ArrayNode curve = JsonNodeFactory.instance.arrayNode();
      for (Bucket bucket : buckets) {
        Range range = bucket.ranges.get(name);
        add(curve, range == null ? Double.NaN : range.sum / range.count);
      }
      curves.put(name, curve);
    }
    return table(buckets.stream().map(bucket -> bucket.last).toList(), curves);
  }

  private static ObjectNode table(List<Place> places, Map<String, ArrayNode> curves) {
    ObjectNode table = JsonNodeFactory.instance.objectNode();
    ObjectNode x = table.putObject("x");
    axis(x.putArray("step"), places, Place::step);
    axis(x.putArray("examples"), places, Place::examples);
    axis(x.putArray("seconds"), places, Place::seconds);
    table.putObject("y").setAll(curves);
    return table;
  }

  private static void axis(ArrayNode axis, List<Place> places, ToDoubleFunction<Place> value) {
    places.forEach(place -> add(axis, value.applyAsDouble(place)));
  }

  /** Adds a number with the seven digits of a float, or more if it is whole; NaN as null. */
  private static void add(ArrayNode array, double value) {
    if (Double.isNaN(value)) {
      array.addNull();
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      array.add((long) value);
    } else if (Float.isFinite((float) value)) {
      array.add((float) value);
    } else {
      array.add(value);
    }
  }
}

package io.centroid.serve.engine;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** Counts of values up to fixed bounds, as Prometheus takes them. For any number of threads. */
final class Histogram {
  private final double[] bounds;
  private final LongAdder[] counts;

  /** The sum in millionths, so that it can be added to without a lock. */
  private final LongAdder millionths = new LongAdder();

  Histogram(double... bounds) {
    this.bounds = bounds.clone();
    counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void add(double value) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    millionths.add(Math.round(value * 1e6));
  }

  void writeTo(StringBuilder out, String name, String labels) {
    long count = 0;
    for (int i = 0; i < counts.length; i++) {
      count += counts[i].sum();
      String bound = i < bounds.length ? Double.toString(bounds[i]) : "+Inf";
      out.append(
          String.format(Locale.ROOT, "%s_bucket{%s,le=\"%s\"} %d%n", name, labels, bound, count));
    }
    out.append(String.format(Locale.ROOT, "%s_sum{%s} %s%n", name, labels, millionths.sum() / 1e6));
    out.append(String.format(Locale.ROOT, "%s_count{%s} %d%n", name, labels, count));
  }
}

package io.centroid.checkpoint;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rule that decides which checkpoints are kept: the newest ones, and the best by a metric of
 * the manifest.
 *
 * @param keepLast number of newest checkpoints to keep; at least 1
 * @param metric metric whose best checkpoint is kept too, or null for none
 * @param higherIsBetter whether a higher value of the metric is better
 */
public record Retention(int keepLast, @Nullable String metric, boolean higherIsBetter) {
  public Retention {
    if (keepLast < 1) {
      throw new IllegalArgumentException("keepLast must be >= 1: " + keepLast);
    }
  }

  /** Keeps only the newest checkpoints. */
  public static Retention last(int keepLast) {
    return new Retention(keepLast, null, true);
  }

  /** Keeps the newest checkpoints and the one with the best metric. */
  public static Retention lastAndBest(int keepLast, String metric, boolean higherIsBetter) {
    return new Retention(keepLast, metric, higherIsBetter);
  }

  /** The steps to keep, given the manifests of all valid checkpoints. */
  Set<Long> kept(List<Manifest> intact) {
    Set<Long> kept =
        intact.stream()
            .map(Manifest::step)
            .sorted(Comparator.reverseOrder())
            .limit(keepLast)
            .collect(Collectors.toCollection(HashSet::new));
    if (metric != null) {
      Optional<Manifest> best =
          intact.stream().filter(measures(metric)).min(bestFirst(metric, higherIsBetter));
      best.ifPresent(manifest -> kept.add(manifest.step()));
    }
    return kept;
  }

  static Predicate<Manifest> measures(String metric) {
    return manifest -> manifest.metrics().containsKey(metric);
  }

  /** Orders by metric, best first, then by step. All must have the metric. */
  static Comparator<Manifest> bestFirst(String metric, boolean higherIsBetter) {
    Comparator<Manifest> ascending =
        Comparator.comparingDouble(manifest -> manifest.metrics().getOrDefault(metric, 0.0));
    return (higherIsBetter ? ascending.reversed() : ascending).thenComparingLong(Manifest::step);
  }
}

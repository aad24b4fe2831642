package io.centroid.card;

import io.centroid.evaluate.Evaluation;
import io.centroid.run.metrics.RunRecord.EvaluationRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The metrics of a model on the part of the data that tells most: the test data of the finished
 * run, else its validation data, else what the checkpoint recorded.
 *
 * @param part {@code test} or {@code validation}
 * @param metrics finite values by name
 * @param byClass counts of each class; empty if they are not recorded
 */
record Measured(String part, Map<String, Double> metrics, Optional<Evaluation> byClass) {

  /** The metrics; empty if there are none. */
  static Optional<Measured> of(CardContent content) {
    for (String part : List.of("test", "validation")) {
      Map<String, Double> metrics = metrics(content, part);
      if (!metrics.isEmpty()) {
        return Optional.of(
            new Measured(
                part,
                metrics,
                content
                    .record()
                    .flatMap(record -> Optional.ofNullable(record.evaluations().get(part)))
                    .flatMap(Measured::counts)));
      }
    }
    return Optional.empty();
  }

  private static Map<String, Double> metrics(CardContent content, String part) {
    Map<String, Double> found = new TreeMap<>();
    content
        .manifest()
        .ifPresent(
            manifest ->
                manifest
                    .metrics()
                    .forEach(
                        (name, value) -> {
                          String metric = name.substring(name.indexOf('.') + 1);
                          if (name.equals(part + "." + metric)
                              && Evaluation.METRICS.contains(metric)) {
                            found.put(metric, value);
                          }
                        }));
    content
        .result()
        .ifPresent(
            result -> found.putAll(part.equals("test") ? result.test() : result.validation()));
    found.values().removeIf(value -> !Double.isFinite(value));
    return found;
  }

  private static Optional<Evaluation> counts(EvaluationRecord record) {
    int classes = record.confusion().size();
    if (classes == 0 || record.confusion().stream().anyMatch(row -> row.size() != classes)) {
      return Optional.empty();
    }
    long[][] confusion =
        record.confusion().stream()
            .map(row -> row.stream().mapToLong(count -> count).toArray())
            .toArray(long[][]::new);
    return Optional.of(new Evaluation(record.examples(), 0, 0, confusion));
  }
}

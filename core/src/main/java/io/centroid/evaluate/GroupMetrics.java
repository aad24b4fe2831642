package io.centroid.evaluate;

import io.centroid.io.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Metrics of a model for the groups of examples that a column's values form: whether it is worse
 * for some (Mitchell et al. 2019, "Model Cards for Model Reporting"). Groups of few examples are
 * merged into one, since their metrics say little about the model; if that one is as small, it has
 * none. That hides nothing: its metrics follow from those of all examples and of the other groups.
 *
 * @param column name of the column
 * @param positive name of the class that counts as positive; empty unless there are two classes
 * @param all metrics of all examples
 * @param groups metrics by value, in the order of the values, {@link #OTHER} last
 */
public record GroupMetrics(String column, String positive, Group all, List<Group> groups) {
  /** Name of the group that the small ones are merged into. */
  public static final String OTHER = "(other)";

  /** Smallest number of examples of a group. */
  public static final int FEWEST = 10;

  /** Name of all examples. */
  private static final String ALL = "(all)";

  private static final String POSITIVE_RATE = "positiveRate";
  private static final String PRECISION = "precision";
  private static final String RECALL = "recall";
  private static final String RMSE = "rmse";

  /** Names of the metrics, that by which groups are compared first. */
  private static final List<String> ORDER =
      List.of(
          "accuracy", POSITIVE_RATE, PRECISION, RECALL, "meanAbsoluteError", RMSE, "r2", "loss");

  public GroupMetrics {
    groups = List.copyOf(groups);
  }

  /**
   * A group of examples.
   *
   * @param value value of the column
   * @param metrics finite metrics by name: those of {@link Evaluation#metrics}, with two classes
   *     also the rate of positive predictions, and precision and recall of the positive class where
   *     they are defined; the root mean squared error of a regression
   */
  public record Group(String value, long examples, Map<String, Double> metrics) {
    public Group {
      Json.require(examples >= 0, "examples", "a number from 0");
      metrics = Map.copyOf(metrics);
    }

    static Group of(String value, Evaluation evaluation) {
      return new Group(value, evaluation.examples(), GroupMetrics.metrics(evaluation));
    }

    /** The value of a metric; empty if it is not defined for the group. */
    public Optional<Double> metric(String name) {
      return Optional.ofNullable(metrics.get(name));
    }
  }

  /** The values of a metric for the groups for which it is worst and best. */
  public record Gap(String metric, String worst, double worstValue, String best, double bestValue) {

    /** The absolute difference. */
    public double size() {
      return Math.abs(bestValue - worstValue);
    }
  }

  /**
   * The metrics of groups.
   *
   * @param classNames class names; empty if classes are numbers
   * @param byValue evaluation of the examples of each value
   */
  public static GroupMetrics of(
      String column,
      List<String> classNames,
      Evaluation all,
      SortedMap<String, Evaluation> byValue) {
    List<Group> groups = new ArrayList<>();
    Evaluation other = Evaluation.empty(0);
    for (Map.Entry<String, Evaluation> entry : byValue.entrySet()) {
      Evaluation evaluation = entry.getValue();
      if (evaluation.examples() < FEWEST || entry.getKey().equals(OTHER)) {
        other = other.merge(evaluation);
      } else {
        groups.add(Group.of(entry.getKey(), evaluation));
      }
    }
    if (other.examples() > 0) {
      groups.add(
          other.examples() < FEWEST
              ? new Group(OTHER, other.examples(), Map.of())
              : Group.of(OTHER, other));
    }
    boolean isBinary = all.confusion().length == 2;
    String positive = !isBinary ? "" : classNames.isEmpty() ? "1" : classNames.get(1);
    return new GroupMetrics(column, positive, Group.of(ALL, all), groups);
  }

  private static Map<String, Double> metrics(Evaluation evaluation) {
    Map<String, Double> metrics = evaluation.metrics();
    long[][] counts = evaluation.confusion();
    if (counts.length == 2) {
      long predicted = counts[0][1] + counts[1][1];
      metrics.put(POSITIVE_RATE, (double) predicted / evaluation.examples());
      if (predicted > 0) {
        metrics.put(PRECISION, evaluation.precision(1));
      }
      if (evaluation.support(1) > 0) {
        metrics.put(RECALL, evaluation.recall(1));
      }
    } else if (!evaluation.isClassification()) {
      metrics.put(RMSE, Math.sqrt(evaluation.loss()));
    }
    metrics.values().removeIf(value -> !Double.isFinite(value));
    return metrics;
  }

  /** Names of the metrics of all examples, that by which groups are compared first. */
  public List<String> names() {
    return ORDER.stream().filter(all.metrics()::containsKey).toList();
  }

  /** All examples, then the groups. */
  public List<Group> rows() {
    return Stream.concat(Stream.of(all), groups.stream()).toList();
  }

  /**
   * The gap in accuracy, or in the mean absolute error; empty if fewer than two groups have it, or
   * all have the same.
   */
  public Optional<Gap> gap() {
    return names().stream().findFirst().flatMap(this::gap);
  }

  private Optional<Gap> gap(String metric) {
    Comparator<Group> order =
        Comparator.comparingDouble(group -> group.metric(metric).orElse(Double.NaN));
    List<Group> compared =
        groups.stream()
            .filter(group -> group.metric(metric).isPresent())
            .sorted(Evaluation.isHigherBetter(metric) ? order : order.reversed())
            .toList();
    if (compared.isEmpty()) {
      return Optional.empty();
    }
    Group worst = compared.get(0);
    Group best = compared.get(compared.size() - 1);
    Gap gap =
        new Gap(
            metric,
            worst.value(),
            worst.metric(metric).orElseThrow(),
            best.value(),
            best.metric(metric).orElseThrow());
    return gap.size() > 0 ? Optional.of(gap) : Optional.empty();
  }
}

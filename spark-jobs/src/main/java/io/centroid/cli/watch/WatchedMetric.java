package io.centroid.cli.watch;

import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import io.centroid.evaluate.Evaluation;
import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.RoundMetric;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A metric that is drawn: of the rounds, or of the validation set. */
sealed interface WatchedMetric {
  /** Prefix of a validation metric that has the name of a round's metric. */
  String VALIDATION = "validation.";

  /** The usual metrics: training loss, the main metric of the validation set, throughput. */
  List<WatchedMetric> USUAL =
      List.of(
          new OfRounds(RoundMetric.LOSS),
          new OfValidation(Evaluation.METRICS),
          new OfRounds(RoundMetric.EXAMPLES_PER_SECOND));

  /** The name in the title of a plot, before any value is known. */
  String title();

  /** The value in a line; empty if it has none. */
  Optional<Double> value(MetricsRow row);

  /** A metric of the rounds. */
  record OfRounds(RoundMetric metric) implements WatchedMetric {
    @Override
    public String title() {
      return metric.key();
    }

    @Override
    public Optional<Double> value(MetricsRow row) {
      return row instanceof MetricsRow.OfRound round
          ? Optional.of(round.metrics().value(metric))
          : Optional.empty();
    }
  }

  /**
   * A metric of the validation set.
   *
   * @param names names in order of preference
   */
  record OfValidation(List<String> names) implements WatchedMetric {
    @Override
    public String title() {
      return names.size() == 1 ? VALIDATION + names.get(0) : "validation";
    }

    @Override
    public Optional<Double> value(MetricsRow row) {
      return row instanceof MetricsRow.OfEvaluation evaluation
              && evaluation.part().equals("validation")
          ? name(evaluation.metrics()).map(evaluation.metrics()::get)
          : Optional.empty();
    }

    private Optional<String> name(Map<String, Double> metrics) {
      return names.stream().filter(metrics::containsKey).findFirst();
    }
  }

  /** The name in the title of a plot whose last value is in this line. */
  static String title(WatchedMetric metric, MetricsRow row) {
    return metric instanceof OfValidation validation
            && row instanceof MetricsRow.OfEvaluation evaluation
        ? validation.name(evaluation.metrics()).map(name -> VALIDATION + name).orElse("")
        : metric.title();
  }

  /**
   * Parses a name: a field of a round or of an evaluation in {@code metrics.jsonl}.
   *
   * @throws InputException if there is no such metric
   */
  static WatchedMetric parse(String name) {
    String plain = name.startsWith(VALIDATION) ? name.substring(VALIDATION.length()) : name;
    Optional<RoundMetric> round = RoundMetric.of(name);
    if (round.isPresent()) {
      return new OfRounds(round.get());
    }
    if (Evaluation.METRICS.contains(plain)) {
      return new OfValidation(List.of(plain));
    }
    List<String> known =
        Stream.concat(
                Arrays.stream(RoundMetric.values()).map(RoundMetric::key),
                Evaluation.METRICS.stream().map(VALIDATION::concat))
            .toList();
    throw new InputException(
        "--metric: expected "
            + String.join(", ", known)
            + ", found '"
            + name
            + "'"
            + NearestName.of(name, known).map(near -> "; did you mean " + near + "?").orElse(""));
  }
}

package io.centroid.spark.monitoring;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.centroid.config.RunConfig;
import io.centroid.evaluate.Evaluation;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.spark.internal.DriverMetrics;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The metrics of a run in the metrics system of the driver, from where Spark's sinks publish them.
 * The source is {@code centroid}; a run that starts while another one of the same SparkContext has
 * that name gets {@code run_NAME.centroid}. It has a gauge for each {@link RoundMetric}, by its
 * key, for {@code round}, {@code step}, {@code examples} and {@code epoch}, and, once evaluated,
 * for the metrics of each part, such as {@code validation.accuracy}. Gauges have the values of the
 * newest round, NaN if not measured.
 */
public final class SparkMetrics implements RunReporter {
  /** Name of the source. */
  public static final String SOURCE = "centroid";

  /** Opens the reporter in the active SparkContext, if the workers run on Spark. */
  public static final RunReporter.Factory FACTORY =
      new RunReporter.Factory() {
        @Override
        public String name() {
          return "Spark metrics";
        }

        @Override
        public Optional<RunReporter> open(ReportedRun run, TrainState start) {
          return run.config().compute().workers() == RunConfig.Compute.WorkerKind.SPARK
                  && DriverMetrics.isAvailable()
              ? Optional.of(new SparkMetrics(run.config().run().name(), start))
              : Optional.empty();
        }
      };

  /** Maximum number of concurrent runs of the same name. */
  private static final int MOST_RUNS = 1000;

  private final MetricRegistry registry = new MetricRegistry();
  private final Map<String, Number> evaluations = new ConcurrentHashMap<>();
  private final DriverMetrics source;
  private volatile Newest newest;

  /** The newest values; read by the threads of the sinks. */
  private record Newest(
      long round, long step, long examples, int epoch, Map<RoundMetric, Double> values) {

    static Newest of(TrainState state) {
      return new Newest(state.rounds(), state.steps(), state.examples(), state.epoch(), Map.of());
    }

    Number value(RoundMetric metric) {
      Double value = values.get(metric);
      if (value == null) {
        return Double.NaN;
      }
      return metric.isWhole() ? (Number) value.longValue() : value;
    }
  }

  private SparkMetrics(String run, TrainState start) {
    newest = Newest.of(start);
    gauge("round", () -> newest.round);
    gauge("step", () -> newest.step);
    gauge("examples", () -> newest.examples);
    gauge("epoch", () -> newest.epoch);
    for (RoundMetric metric : RoundMetric.values()) {
      gauge(metric.key(), () -> newest.value(metric));
    }
    source = DriverMetrics.register(names(run), registry);
  }

  private void gauge(String name, Gauge<Number> gauge) {
    registry.register(name, gauge);
  }

  /** Names of which none begins with another one, in order of preference. */
  private static List<String> names(String run) {
    String name = "run_" + run.replaceAll("[^A-Za-z0-9]", "_");
    return Stream.concat(
            Stream.of(SOURCE, name + "." + SOURCE),
            IntStream.range(2, MOST_RUNS).mapToObj(i -> name + "_" + i + "." + SOURCE))
        .toList();
  }

  @Override
  public void onRound(Round round, TrainState state, RoundMetrics metrics) {
    newest =
        new Newest(
            metrics.round(), metrics.step(), metrics.examples(), metrics.epoch(), metrics.values());
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    evaluation
        .metrics()
        .forEach(
            (metric, value) -> {
              String name = part.name().toLowerCase(Locale.ROOT) + "." + metric;
              if (evaluations.put(name, value) == null) {
                gauge(name, () -> evaluations.getOrDefault(name, Double.NaN));
              }
            });
  }

  @Override
  public void close() {
    source.close();
  }
}

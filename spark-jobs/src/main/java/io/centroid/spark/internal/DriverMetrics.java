package io.centroid.spark.internal;

import com.codahale.metrics.MetricRegistry;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;

/**
 * A source of metrics in the driver of the active SparkContext, from which Spark's sinks read: the
 * Prometheus servlet, CSV, JMX, Graphite and others.
 */
public final class DriverMetrics implements AutoCloseable {
  private final MetricsSystem system;
  private final Source source;

  private DriverMetrics(MetricsSystem system, Source source) {
    this.system = system;
    this.source = source;
  }

  /** Whether there is an active SparkContext. */
  public static boolean isAvailable() {
    return SparkEnv.get() != null;
  }

  /**
   * Registers a source. Metrics that are added to the registry later appear as well.
   *
   * @param names names of the source, of which the first that no other source has is used: Spark
   *     removes sources by the start of their name, so none may begin with another one's
   */
  public static DriverMetrics register(List<String> names, MetricRegistry registry) {
    MetricsSystem system = SparkEnv.get().metricsSystem();
    synchronized (DriverMetrics.class) {
      String name =
          names.stream()
              .filter(free -> system.getSourcesByName(free).isEmpty())
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("sources of metrics exist: " + names));
      DriverMetrics metrics = new DriverMetrics(system, new Named(name, registry));
      system.registerSource(metrics.source);
      return metrics;
    }
  }

  public String name() {
    return source.sourceName();
  }

  /** Writes the last values to the sinks that are written periodically, and removes the source. */
  @Override
  public void close() {
    synchronized (DriverMetrics.class) {
      try {
        system.report();
      } finally {
        // A sink that fails must not keep the name from the next run.
        system.removeSource(source);
      }
    }
  }

  private record Named(String sourceName, MetricRegistry metricRegistry) implements Source {}
}

package io.centroid.serve.engine;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Prometheus metrics of the server, with the label {@code model}. Thread-safe.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">exposition
 *     formats</a>
 */
public final class ServingMetrics {
  private static final double NANOS = 1e9;
  private static final double[] SECONDS = {
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };
  private static final double[] ROWS = {1, 2, 4, 8, 16, 32, 64, 128, 256};

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Labels model;
  private final Counter requests;
  private final Histogram requestSeconds;
  private final Histogram inferenceSeconds;
  private final Histogram batchRows;
  private final Counter generatedTokens;
  private final Info version;
  private final Gauge loadedAt;
  private final Counter reloads;
  private final Counter loadFailures;
  private final Counter pollFailures;
  private final Gauge inFlight;
  private final Gauge ready;
  private volatile boolean serving;

  /**
   * Creates the metrics in a new Prometheus registry.
   *
   * @param name name of the model
   */
  public ServingMetrics(String name) {
    model = Labels.of("model", name);
    requests =
        counter(
            "centroid_requests_total", "Requests by endpoint and HTTP status.", "endpoint", "code");
    requestSeconds =
        histogram(
            "centroid_request_seconds",
            "Duration of infer and generate requests in seconds.",
            SECONDS);
    inferenceSeconds =
        histogram("centroid_inference_seconds", "Duration of model runs in seconds.", SECONDS);
    batchRows = histogram("centroid_batch_rows", "Rows per model run.", ROWS);
    generatedTokens = counter("centroid_generated_tokens_total", "Generated tokens.");
    version =
        Info.builder()
            .name("centroid_model_info")
            .help("Current model version.")
            .constLabels(model)
            .labelNames("version")
            .register(registry);
    loadedAt =
        gauge(
            "centroid_model_loaded_timestamp_seconds",
            "Unix time at which the current version was loaded.");
    reloads = counter("centroid_reloads_total", "Model reloads.");
    loadFailures =
        counter("centroid_model_load_failures_total", "New versions that failed to load.");
    pollFailures = counter("centroid_model_poll_failures_total", "Failed polls for a new version.");
    inFlight = gauge("centroid_in_flight", "Requests in flight.");
    ready = gauge("centroid_ready", "1 if the server is ready, else 0.");
    Runtime runtime = Runtime.getRuntime();
    GaugeWithCallback.builder()
        .name("centroid_heap_bytes")
        .help("Used JVM heap in bytes.")
        .constLabels(model)
        .callback(heap -> heap.call(runtime.totalMemory() - runtime.freeMemory()))
        .register(registry);
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder()
        .name(name)
        .help(help)
        .constLabels(model)
        .labelNames(labels)
        .register(registry);
  }

  private Gauge gauge(String name, String help) {
    return Gauge.builder().name(name).help(help).constLabels(model).register(registry);
  }

  private Histogram histogram(String name, String help, double[] upperBounds) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .constLabels(model)
        .classicOnly()
        .classicUpperBounds(upperBounds)
        .register(registry);
  }

  /** Records the response to a request. */
  public void answered(String endpoint, int status, long startNanos) {
    if (endpoint.equals("infer") || endpoint.equals("generate")) {
      requestSeconds.observe((System.nanoTime() - startNanos) / NANOS);
    }
    requests.labelValues(endpoint, String.valueOf(status)).inc();
  }

  public void generated(int tokens) {
    generatedTokens.inc(tokens);
  }

  void ran(int rows, long startNanos) {
    inferenceSeconds.observe((System.nanoTime() - startNanos) / NANOS);
    batchRows.observe(rows);
  }

  /** Records a loaded version; the first one does not count as a reload. */
  void loaded(String newVersion) {
    if (serving) {
      reloads.inc();
    }
    serving = true;
    version.setLabelValues(newVersion);
    loadedAt.set(System.currentTimeMillis() / 1e3);
  }

  void loadFailed() {
    loadFailures.inc();
  }

  void pollFailed() {
    pollFailures.inc();
  }

  /** All metrics in Prometheus text format 0.0.4, in UTF-8. */
  public byte[] exposition(int requestsInFlight, boolean isReady) {
    inFlight.set(requestsInFlight);
    ready.set(isReady ? 1 : 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}

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
 * The server's Prometheus metrics, each with the label {@code model}. Thread-safe.
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
  private final Counter refusedVersions;
  private final Counter failedLooks;
  private final Gauge inFlight;
  private final Gauge ready;
  private volatile boolean serving;

  /**
   * Metrics in a registry of their own.
   *
   * @param name of the model
   */
  public ServingMetrics(String name) {
    model = Labels.of("model", name);
    requests =
        counter(
            "centroid_requests_total",
            "Requests answered, by endpoint and status.",
            "endpoint",
            "code");
    requestSeconds =
        histogram("centroid_request_seconds", "Time of infer and generate requests.", SECONDS);
    inferenceSeconds =
        histogram("centroid_inference_seconds", "Time of the model's runs.", SECONDS);
    batchRows = histogram("centroid_batch_rows", "Rows of the model's runs.", ROWS);
    generatedTokens = counter("centroid_generated_tokens_total", "Tokens drawn.");
    version =
        Info.builder()
            .name("centroid_model_info")
            .help("The version that serves.")
            .constLabels(model)
            .labelNames("version")
            .register(registry);
    loadedAt = gauge("centroid_model_loaded_timestamp_seconds", "When it began to serve.");
    reloads = counter("centroid_reloads_total", "Versions that took over from another.");
    refusedVersions = counter("centroid_refused_versions_total", "New versions that did not load.");
    failedLooks = counter("centroid_failed_looks_total", "Looks for a new version that failed.");
    inFlight = gauge("centroid_in_flight", "Requests being answered.");
    ready = gauge("centroid_ready", "Whether requests are taken.");
    Runtime runtime = Runtime.getRuntime();
    GaugeWithCallback.builder()
        .name("centroid_heap_bytes")
        .help("Heap in use.")
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

  /** Counts the answer to a request to an endpoint. */
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

  /** A version serves from now on; the first one is no reload. */
  void serves(String loaded) {
    if (serving) {
      reloads.inc();
    }
    serving = true;
    version.setLabelValues(loaded);
    loadedAt.set(System.currentTimeMillis() / 1e3);
  }

  void refused() {
    refusedVersions.inc();
  }

  void lookFailed() {
    failedLooks.inc();
  }

  /** All metrics in Prometheus' text format 0.0.4, encoded in UTF-8. */
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

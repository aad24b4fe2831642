package io.centroid.serve.engine;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What the server counts, in Prometheus' text format 0.0.4. For any number of threads.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">exposition
 *     formats</a>
 */
public final class ServingMetrics {
  private static final double NANOS = 1e9;

  private final String model;
  private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final Histogram requestSeconds = seconds();
  private final Histogram inferenceSeconds = seconds();
  private final Histogram batchRows = new Histogram(1, 2, 4, 8, 16, 32, 64, 128, 256);
  private final LongAdder reloads = new LongAdder();
  private final LongAdder refusedVersions = new LongAdder();
  private final LongAdder failedLooks = new LongAdder();
  private final LongAdder generatedTokens = new LongAdder();
  private volatile String version = "";
  private volatile double loadedAt;

  public ServingMetrics(String model) {
    this.model = model;
  }

  private static Histogram seconds() {
    return new Histogram(
        0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30);
  }

  /** A request to an endpoint was answered. */
  public void answered(String endpoint, int status, long startNanos) {
    requests
        .computeIfAbsent(
            "endpoint=\"" + endpoint + "\",code=\"" + status + "\"", key -> new LongAdder())
        .increment();
    if (endpoint.equals("infer") || endpoint.equals("generate")) {
      requestSeconds.add((System.nanoTime() - startNanos) / NANOS);
    }
  }

  public void generated(int tokens) {
    generatedTokens.add(tokens);
  }

  void ran(int rows, long startNanos) {
    batchRows.add(rows);
    inferenceSeconds.add((System.nanoTime() - startNanos) / NANOS);
  }

  /** A version serves from now on; the first one is no reload. */
  void serves(String loaded) {
    if (!version.isEmpty()) {
      reloads.increment();
    }
    version = loaded;
    loadedAt = System.currentTimeMillis() / 1e3;
  }

  void refused() {
    refusedVersions.increment();
  }

  void lookFailed() {
    failedLooks.increment();
  }

  /** All of it as text. */
  public String text(IntSupplier inFlight, Supplier<Boolean> ready) {
    StringBuilder out = new StringBuilder(4096);
    String labels = "model=\"" + escaped(model) + "\"";
    head(out, "centroid_requests_total", "counter", "Requests answered, by endpoint and status.");
    requests.forEach(
        (key, count) -> line(out, "centroid_requests_total", labels + "," + key, count.sum()));
    head(out, "centroid_request_seconds", "histogram", "Time of infer and generate requests.");
    requestSeconds.writeTo(out, "centroid_request_seconds", labels);
    head(out, "centroid_inference_seconds", "histogram", "Time of the model's runs.");
    inferenceSeconds.writeTo(out, "centroid_inference_seconds", labels);
    head(out, "centroid_batch_rows", "histogram", "Rows of the model's runs.");
    batchRows.writeTo(out, "centroid_batch_rows", labels);
    head(out, "centroid_generated_tokens_total", "counter", "Tokens drawn.");
    line(out, "centroid_generated_tokens_total", labels, generatedTokens.sum());
    head(out, "centroid_model_info", "gauge", "The version that serves.");
    line(out, "centroid_model_info", labels + ",version=\"" + escaped(version) + "\"", 1);
    head(out, "centroid_model_loaded_timestamp_seconds", "gauge", "When it began to serve.");
    out.append(
        String.format(
            Locale.ROOT, "centroid_model_loaded_timestamp_seconds{%s} %.3f%n", labels, loadedAt));
    head(out, "centroid_reloads_total", "counter", "Versions that took over from another.");
    line(out, "centroid_reloads_total", labels, reloads.sum());
    head(out, "centroid_refused_versions_total", "counter", "New versions that did not load.");
    line(out, "centroid_refused_versions_total", labels, refusedVersions.sum());
    head(out, "centroid_failed_looks_total", "counter", "Looks for a new version that failed.");
    line(out, "centroid_failed_looks_total", labels, failedLooks.sum());
    head(out, "centroid_in_flight", "gauge", "Requests being answered.");
    line(out, "centroid_in_flight", labels, inFlight.getAsInt());
    head(out, "centroid_ready", "gauge", "Whether requests are taken.");
    line(out, "centroid_ready", labels, ready.get() ? 1 : 0);
    head(out, "centroid_heap_bytes", "gauge", "Heap in use.");
    Runtime runtime = Runtime.getRuntime();
    line(out, "centroid_heap_bytes", labels, runtime.totalMemory() - runtime.freeMemory());
    return out.toString();
  }

  private static void head(StringBuilder out, String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder out, String name, String labels, long value) {
    out.append(name).append('{').append(labels).append("} ").append(value).append('\n');
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}

package io.centroid.bench.redact;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.Spread;
import io.centroid.redact.Policy;
import io.centroid.redact.Redacted;
import io.centroid.redact.Redactor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Speed of masking all kinds of personal data by rules, by the processor time of one thread. */
public record RedactionSpeed(List<Row> rows) {
  private static final int WARM_UP = 3;
  private static final int[] DISTANCES = {2000, 200};

  /**
   * The speed on one kind of prose.
   *
   * @param language language of the prose
   * @param bytes size of the prose in UTF-8
   * @param distance bytes per item of personal data
   * @param findings number of findings
   * @param megabytesPerSecond 10^6 bytes per second of processor time
   */
  public record Row(
      String language, long bytes, int distance, long findings, Spread megabytesPerSecond) {}

  /**
   * Measures English and Chinese prose with few and with many items.
   *
   * @param megabytes size of each prose in 10^6 bytes
   * @param runs measured runs, after some that are not
   */
  public static RedactionSpeed measure(int megabytes, int runs, Consumer<String> progress) {
    Redactor redactor = Redactor.of(Policy.masking());
    List<Row> rows = new ArrayList<>();
    for (RedactionProse prose : RedactionProse.values()) {
      for (int distance : DISTANCES) {
        rows.add(row(redactor, prose, megabytes * 1_000_000L, distance, runs));
        progress.accept(text(rows.get(rows.size() - 1)));
      }
    }
    return new RedactionSpeed(rows);
  }

  private static Row row(
      Redactor redactor, RedactionProse prose, long size, int distance, int runs) {
    List<String> documents = prose.documents(size, distance, BenchSettings.SEED);
    long bytes =
        documents.stream().mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length).sum();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<Double> speeds = new ArrayList<>();
    long findings = 0;
    for (int run = -WARM_UP; run < runs; run++) {
      long started = threads.getCurrentThreadCpuTime();
      findings = 0;
      for (String document : documents) {
        Redacted redacted = redactor.redact(document);
        findings += redacted.counts().values().stream().mapToInt(Integer::intValue).sum();
      }
      if (run >= 0) {
        speeds.add(bytes / 1e6 / ((threads.getCurrentThreadCpuTime() - started) / 1e9));
      }
    }
    String language = prose.name().toLowerCase(Locale.ROOT);
    return new Row(language, bytes, distance, findings, Spread.of(speeds));
  }

  /** Returns the result as JSON. */
  public ObjectNode toJson() {
    return new ObjectMapper().valueToTree(this);
  }

  /** Returns a table with a line for each prose. */
  public String toText() {
    StringBuilder table =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%-8s %8s %15s %10s %24s%n",
                "prose",
                "MB",
                "bytes per item",
                "findings",
                "MB/s (quartiles)"));
    rows.forEach(row -> table.append(text(row)).append(System.lineSeparator()));
    return table.toString();
  }

  private static String text(Row row) {
    Spread speed = row.megabytesPerSecond;
    return String.format(
        Locale.ROOT,
        "%-8s %8.1f %,15d %,10d %24s",
        row.language,
        row.bytes / 1e6,
        row.distance,
        row.findings,
        String.format(
            Locale.ROOT, "%.1f (%.1f to %.1f)", speed.median(), speed.low(), speed.high()));
  }
}

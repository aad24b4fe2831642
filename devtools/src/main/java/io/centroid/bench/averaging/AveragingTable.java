package io.centroid.bench.averaging;

import io.centroid.bench.BenchmarkConfiguration;
import io.centroid.bench.BenchmarkResult;
import io.centroid.bench.Comparison;
import io.centroid.bench.Spread;
import io.centroid.memory.PeakMemory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Renders an averaging report as text tables: medians with quartiles in brackets. */
public record AveragingTable(AveragingReport report) {
  private static final String UNKNOWN = "-";

  public String toText() {
    StringBuilder text = new StringBuilder();
    Set<String> parts = new LinkedHashSet<>();
    report.results().forEach(result -> parts.addAll(result.partMillis().keySet()));
    line(
        text,
        "%-18s %2s %4s %6s %9s %10s %-21s %9s",
        "system",
        "W",
        "H",
        "hidden",
        "weights",
        "examples/s",
        "",
        "ms/round");
    for (String part : parts) {
      column(text, 10, part);
    }
    for (String title : List.of("MB up", "MB down", "heap MB", "native MB", "RSS MB")) {
      column(text, 10, title);
    }
    text.append('\n');
    for (BenchmarkResult result : report.results()) {
      row(text, result, parts);
    }
    ratios(text);
    return text.toString();
  }

  private static void row(StringBuilder text, BenchmarkResult result, Set<String> parts) {
    BenchmarkConfiguration configuration = result.configuration();
    boolean averages = configuration.system().averagesParameters();
    Spread throughput = result.throughput();
    line(
        text,
        "%-18s %2d %4s %6d %,9d %,10.0f %-21s %9.2f",
        configuration.system().label(),
        configuration.cell().workers(),
        averages ? String.valueOf(result.steps()) : UNKNOWN,
        configuration.cell().hidden(),
        result.parameters(),
        throughput.median(),
        String.format(Locale.ROOT, "[%,.0f .. %,.0f]", throughput.low(), throughput.high()),
        result.roundMillis());
    for (String part : parts) {
      Double millis = result.partMillis().get(part);
      column(text, 10, millis == null ? UNKNOWN : String.format(Locale.ROOT, "%.2f", millis));
    }
    column(text, 10, megabytes(result.bytesUp(), "%.2f"));
    column(text, 10, megabytes(result.bytesDown(), "%.2f"));
    PeakMemory memory = result.memory();
    for (long bytes : new long[] {memory.heap(), memory.tracked(), memory.resident()}) {
      column(text, 10, bytes == 0 ? UNKNOWN : megabytes(bytes, "%,.0f"));
    }
    text.append('\n');
  }

  private void ratios(StringBuilder text) {
    for (Comparison comparison : report.comparisons()) {
      Spread ratio = comparison.ratio();
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s: %.2f times as fast as %s [%.2f .. %.2f]",
              comparison.configuration(),
              ratio.median(),
              comparison.against().system().label(),
              ratio.low(),
              ratio.high()));
    }
    if (!report.comparisons().isEmpty()) {
      text.append('\n');
    }
  }

  private static String megabytes(@Nullable Long bytes, String format) {
    return bytes == null ? UNKNOWN : String.format(Locale.ROOT, format, bytes / 1e6);
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  private static void column(StringBuilder text, int width, String value) {
    text.append(String.format(Locale.ROOT, " %" + width + "s", value));
  }
}

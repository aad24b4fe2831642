package io.centroid.bench.averaging;

import io.centroid.bench.Comparison;
import io.centroid.bench.Entrant;
import io.centroid.bench.Spread;
import io.centroid.bench.Standing;
import io.centroid.memory.PeakMemory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A report as tables for people: medians, with quartiles in brackets. */
public record AveragingTable(AveragingReport report) {
  private static final String UNKNOWN = "-";

  public String toText() {
    StringBuilder text = new StringBuilder();
    Set<String> parts = new LinkedHashSet<>();
    report.standings().forEach(standing -> parts.addAll(standing.partMillis().keySet()));
    line(
        text,
        "%-18s %2s %4s %6s %9s %10s %-21s %9s",
        "contestant",
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
    for (Standing standing : report.standings()) {
      row(text, standing, parts);
    }
    ratios(text);
    return text.toString();
  }

  private static void row(StringBuilder text, Standing standing, Set<String> parts) {
    Entrant entrant = standing.entrant();
    boolean averages = entrant.contestant().averagesParameters();
    Spread rate = standing.rate();
    line(
        text,
        "%-18s %2d %4s %6d %,9d %,10.0f %-21s %9.2f",
        entrant.contestant().label(),
        entrant.cell().workers(),
        averages ? String.valueOf(standing.steps()) : UNKNOWN,
        entrant.cell().hidden(),
        standing.parameters(),
        rate.median(),
        String.format(Locale.ROOT, "[%,.0f .. %,.0f]", rate.low(), rate.high()),
        standing.roundMillis());
    for (String part : parts) {
      Double millis = standing.partMillis().get(part);
      column(text, 10, millis == null ? UNKNOWN : String.format(Locale.ROOT, "%.2f", millis));
    }
    column(text, 10, megabytes(standing.bytesUp(), "%.2f"));
    column(text, 10, megabytes(standing.bytesDown(), "%.2f"));
    PeakMemory memory = standing.memory();
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
              comparison.entrant(),
              ratio.median(),
              comparison.against().contestant().label(),
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

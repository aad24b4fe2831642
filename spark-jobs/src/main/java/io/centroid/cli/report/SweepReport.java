package io.centroid.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.io.Json;
import io.centroid.sweep.Sweep;
import io.centroid.sweep.SweepPlan;
import io.centroid.sweep.SweepResults;
import io.centroid.sweep.Trial;
import io.centroid.sweep.TrialRecord;
import io.centroid.sweep.TrialRecord.Status;
import io.centroid.train.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The results of a sweep as a table and as JSON. */
public final class SweepReport {
  /** Longest value of a setting that is printed in full. */
  private static final int WIDEST = 40;

  private SweepReport() {}

  /**
   * A column of the table.
   *
   * @param optional whether it is left out where there is too little room
   */
  private record Column(String title, boolean toRight, boolean optional, List<String> cells) {
    int width() {
      return cells.stream().mapToInt(String::length).reduce(title.length(), Math::max);
    }

    String padded(String text) {
      String space = " ".repeat(width() - text.length());
      return toRight ? space + text : text + space;
    }
  }

  /**
   * The table in lines, the best trial first and marked. Where it is too wide, it lacks the
   * seconds, the metrics that the trials are not compared by, and the epochs, in this order.
   *
   * @param width maximum number of characters of a line
   */
  public static List<String> lines(SweepPlan plan, SweepResults results, int width) {
    List<Column> columns = columns(plan, results);
    while (width(columns) > width && columns.stream().anyMatch(Column::optional)) {
      int last = columns.size() - 1;
      while (!columns.get(last).optional()) {
        last--;
      }
      columns.remove(last);
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(columns, Column::title));
    for (int row = 0; row < results.trials().size(); row++) {
      int number = row;
      lines.add(line(columns, column -> column.cells().get(number)));
    }
    return lines;
  }

  private static int width(List<Column> columns) {
    return columns.stream().mapToInt(column -> 2 + column.width()).sum();
  }

  private static String line(List<Column> columns, Function<Column, String> text) {
    return columns.stream()
        .map(column -> column.padded(text.apply(column)))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }

  private static List<Column> columns(SweepPlan plan, SweepResults results) {
    List<TrialRecord> ranked = results.ranked();
    int best = results.best().map(TrialRecord::trial).orElse(0);
    String first = results.metric() == null ? "" : results.metric().key();
    TreeSet<String> others = new TreeSet<>();
    ranked.forEach(record -> others.addAll(record.validation().keySet()));
    others.remove(first);
    List<Column> columns = new ArrayList<>();
    columns.add(
        column(
            "  trial",
            false,
            false,
            ranked,
            record -> (record.trial() == best ? "* " : "  ") + Trial.name(record.trial())));
    columns.add(column("status", false, false, ranked, record -> Json.spelling(record.status())));
    for (String key : plan.keys()) {
      columns.add(
          column(
              label(plan, key),
              true,
              false,
              ranked,
              record ->
                  cut(plan.trials().get(record.trial() - 1).settings().getOrDefault(key, ""))));
    }
    if (!first.isEmpty()) {
      columns.add(metric(first, false, ranked, first, TrialRecord::validation));
    }
    columns.add(column("epochs", true, true, ranked, record -> "" + record.epochs()));
    if (ranked.stream().anyMatch(record -> record.test().containsKey(first))) {
      columns.add(metric("test " + first, true, ranked, first, TrialRecord::test));
    }
    for (String name : others) {
      columns.add(metric(name, true, ranked, name, TrialRecord::validation));
    }
    columns.add(
        column(
            "seconds",
            true,
            true,
            ranked,
            record -> String.format(Locale.ROOT, "%.1f", record.seconds())));
    return columns;
  }

  private static Column column(
      String title,
      boolean toRight,
      boolean optional,
      List<TrialRecord> ranked,
      Function<TrialRecord, String> cell) {
    return new Column(title, toRight, optional, ranked.stream().map(cell).toList());
  }

  private static Column metric(
      String title,
      boolean optional,
      List<TrialRecord> ranked,
      String name,
      Function<TrialRecord, Map<String, Double>> part) {
    return column(
        title,
        true,
        optional,
        ranked,
        record -> number(part.apply(record).getOrDefault(name, Double.NaN)));
  }

  /** Why a sweep has failed, in one line: the first trial that failed, or else diverged. */
  public static String failures(SweepResults results) {
    Status status = results.count(Status.FAILED) > 0 ? Status.FAILED : Status.DIVERGED;
    return results.count(status)
        + " of "
        + results.trials().size()
        + " trials "
        + Json.spelling(status)
        + results.trials().stream()
            .filter(record -> record.status() == status)
            .findFirst()
            .map(record -> ": " + Trial.name(record.trial()) + ": " + record.reason())
            .orElse("");
  }

  /** The last part of the key, if no other key has it. */
  private static String label(SweepPlan plan, String key) {
    String last = key.substring(key.lastIndexOf('.') + 1);
    long same = plan.keys().stream().filter(other -> other.endsWith("." + last)).count();
    return same == 1 ? last : key;
  }

  private static String cut(String value) {
    return value.length() <= WIDEST ? value : value.substring(0, WIDEST - 1) + "…";
  }

  /** Four decimals; nothing for NaN. */
  static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
  }

  /** The results as one object, the best trial first. */
  public static ObjectNode json(Sweep sweep, SweepPlan plan, SweepResults results) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("dir", sweep.folder());
    Metric metric = results.metric();
    if (metric != null) {
      node.put("metric", metric.key());
    }
    results
        .best()
        .ifPresent(best -> node.put("best", sweep.folder(plan.trials().get(best.trial() - 1))));
    ArrayNode trials = node.putArray("trials");
    for (TrialRecord record : results.ranked()) {
      Trial trial = plan.trials().get(record.trial() - 1);
      ObjectNode one = trials.addObject().put("runDir", sweep.folder(trial));
      trial.settings().forEach(one.putObject("settings")::put);
      one.setAll(Json.tree(record));
    }
    return node;
  }
}

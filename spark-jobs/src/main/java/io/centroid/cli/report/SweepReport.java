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
import java.util.TreeSet;

/** The results of a sweep as a table and as JSON. */
public final class SweepReport {
  /** Longest value of a setting that is printed in full. */
  private static final int WIDEST = 40;

  private SweepReport() {}

  /** The table in lines, the best trial first and marked. */
  public static List<String> lines(SweepPlan plan, SweepResults results) {
    TreeSet<String> metrics = new TreeSet<>();
    TreeSet<String> test = new TreeSet<>();
    for (TrialRecord record : results.trials()) {
      metrics.addAll(record.validation().keySet());
      test.addAll(record.test().keySet());
    }
    String first = results.metric() == null ? "" : results.metric().key();
    List<String> shown = new ArrayList<>(metrics.contains(first) ? List.of(first) : List.of());
    metrics.stream().filter(name -> !name.equals(first)).forEach(shown::add);
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("", "trial"));
    plan.keys().forEach(key -> header.add(label(plan, key)));
    header.add("epochs");
    header.addAll(shown);
    if (test.contains(first)) {
      header.add("test " + first);
    }
    header.addAll(List.of("seconds", "status"));
    rows.add(header);
    int best = results.best().map(TrialRecord::trial).orElse(0);
    for (TrialRecord record : results.ranked()) {
      Trial trial = plan.trials().get(record.trial() - 1);
      List<String> row = new ArrayList<>();
      row.add(record.trial() == best ? "*" : "");
      row.add(trial.name());
      plan.keys().forEach(key -> row.add(cut(trial.settings().getOrDefault(key, ""))));
      row.add(Integer.toString(record.epochs()));
      shown.forEach(name -> row.add(number(record.validation().getOrDefault(name, Double.NaN))));
      if (test.contains(first)) {
        row.add(number(record.test().getOrDefault(first, Double.NaN)));
      }
      row.add(String.format(Locale.ROOT, "%.1f", record.seconds()));
      row.add(Json.spelling(record.status()));
      rows.add(row);
    }
    return aligned(rows);
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

  /** Columns of equal width; all but the first two and the last are aligned to the right. */
  private static List<String> aligned(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String field = row.get(column);
        String space = " ".repeat(widths[column] - field.length());
        boolean left = column < 2 || column == columns - 1;
        line.append(column == 0 ? "" : column == 1 ? " " : "  ");
        line.append(left ? field + space : space + field);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
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

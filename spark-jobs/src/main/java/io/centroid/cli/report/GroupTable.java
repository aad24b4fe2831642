package io.centroid.cli.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.evaluate.GroupMetrics;
import io.centroid.io.Json;
import java.util.Locale;

/** Metrics by groups of examples as a text table and as JSON. */
record GroupTable(GroupMetrics metrics) {
  private static final int LEAST_WIDTH = 7;

  String toText() {
    StringBuilder text = new StringBuilder("\nBy ").append(name(metrics.column()));
    if (!metrics.positive().isEmpty()) {
      text.append(" (positive class: ").append(name(metrics.positive())).append(')');
    }
    int width =
        metrics.rows().stream().mapToInt(group -> name(group.value()).length()).max().orElse(0);
    String first = "\n%" + Math.max(LEAST_WIDTH, width) + "s";
    text.append(String.format(Locale.ROOT, first + " %9s", "group", "examples"));
    metrics.names().forEach(name -> text.append(cell(name, name)));
    for (GroupMetrics.Group group : metrics.rows()) {
      text.append(
          String.format(Locale.ROOT, first + " %,9d", name(group.value()), group.examples()));
      metrics
          .names()
          .forEach(name -> text.append(cell(name, group.metric(name).map(this::real).orElse("-"))));
    }
    metrics
        .gap()
        .ifPresent(
            gap ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "\nGap in %s: %s (%s is %s, %s is %s)",
                        gap.metric(),
                        real(gap.size()),
                        name(gap.worst()),
                        real(gap.worstValue()),
                        name(gap.best()),
                        real(gap.bestValue()))));
    return text.append('\n').toString();
  }

  ObjectNode toJson() {
    ObjectNode tree = Json.tree(metrics);
    metrics.gap().ifPresent(gap -> tree.set("gap", Json.tree(gap)));
    return tree;
  }

  private String real(double value) {
    return String.format(
        Locale.ROOT, metrics.names().contains("accuracy") ? "%.4f" : "%.6g", value);
  }

  /** A value in the column of a metric. */
  private static String cell(String metric, String value) {
    return String.format(Locale.ROOT, " %" + Math.max(LEAST_WIDTH, metric.length()) + "s", value);
  }

  private static String name(String value) {
    return EvaluationReport.shortName(value);
  }
}

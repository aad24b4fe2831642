package io.centroid.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.io.Json;
import io.centroid.run.metrics.RoundMetric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The charts of one or several runs: their places in the page, and the data from which the page's
 * script draws them. The data is a list of tables of points, and a list of charts whose series name
 * a table and a column.
 */
final class Charts {
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";
  private static final String TIME = "Time of a round";

  /** Metrics of rounds with a chart of their own, besides the loss. */
  private static final List<RoundMetric> CURVES =
      List.of(
          RoundMetric.LEARNING_RATE,
          RoundMetric.GRADIENT_NORM,
          RoundMetric.DELTA_NORM,
          RoundMetric.DELTA_COSINE,
          RoundMetric.PRIVACY_EPSILON,
          RoundMetric.EXAMPLES_PER_SECOND);

  /** Columns of the rounds that a comparison draws. */
  private static final List<String> COMPARED =
      Stream.concat(Stream.of(RoundMetric.LOSS, RoundMetric.SECONDS), CURVES.stream())
          .map(RoundMetric::key)
          .toList();

  private final List<Run> runs = new ArrayList<>();
  private Html html = new Html();
  private final ObjectNode data = JsonNodeFactory.instance.objectNode();
  private final ArrayNode tables = data.putArray("tables");
  private final ArrayNode charts = data.putArray("charts");

  /** A curve of a chart. */
  private record Series(String label, int table, String column) {

    /** The color of a part is the same in all charts of a run. */
    int color(int position) {
      return switch (label) {
        case VALIDATION -> 1;
        case TEST -> 2;
        default -> position;
      };
    }
  }

  /** A run with the numbers of its tables. */
  private record Run(String label, MetricsSummary metrics, int rounds, int validation, int test) {}

  Charts(List<RunContent> contents) {
    for (RunContent content : contents) {
      MetricsSummary metrics = content.metrics();
      ObjectNode rounds = metrics.rounds().points();
      if (contents.size() > 1) {
        // The others are not drawn, and would make the page of many long runs large.
        rounds.withObject("/y").retain(COMPARED);
      }
      runs.add(
          new Run(
              content.label(),
              metrics,
              table(rounds),
              table(metrics.evaluations(VALIDATION).points()),
              table(metrics.evaluations(TEST).points())));
    }
  }

  /** The data for the script. */
  ObjectNode data() {
    return data;
  }

  /** Markup of the charts of how the first run learned; empty if no curve has two points. */
  String learning() {
    Run run = runs.get(0);
    chart(
        "Loss",
        "training loss by round, and losses of evaluations",
        RoundMetric.Unit.NONE,
        List.of(
            new Series("training", run.rounds, RoundMetric.LOSS.key()),
            new Series(VALIDATION, run.validation, "loss"),
            new Series(TEST, run.test, "loss")));
    for (String metric : evaluated()) {
      if (!metric.equals("loss")) {
        chart(
            title(metric),
            "of evaluations",
            RoundMetric.Unit.NONE,
            List.of(
                new Series(VALIDATION, run.validation, metric),
                new Series(TEST, run.test, metric)));
      }
    }
    ofRounds(CURVES);
    return written();
  }

  /** Markup of the charts of what the first run spent: time, traffic and memory. */
  String resources() {
    Run run = runs.get(0);
    List<RoundMetric> parts =
        RoundMetric.TIME_PARTS.stream()
            .filter(part -> run.metrics.total(part).isPresent())
            .toList();
    if (parts.contains(RoundMetric.COMPUTE_SECONDS)) {
      int means = table(run.metrics.rounds().means(parts.stream().map(RoundMetric::key).toList()));
      chart(
              TIME,
              "by what it is spent on, stacked",
              RoundMetric.Unit.SECONDS,
              parts.stream().map(part -> new Series(part.word(), means, part.key())).toList())
          .put("stacked", true);
    }
    group("Traffic of a round", "encoded deltas up, parameters down", RoundMetric.Group.TRAFFIC);
    group("Memory", "peak of the largest worker process", RoundMetric.Group.MEMORY);
    return written();
  }

  private void group(String title, String description, RoundMetric.Group group) {
    chart(
        title,
        description,
        RoundMetric.Unit.BYTES,
        Arrays.stream(RoundMetric.values())
            .filter(metric -> metric.group() == group)
            .map(
                metric ->
                    new Series(
                        title(metric.key().replace("Bytes", "").replace("bytes", "")),
                        runs.get(0).rounds,
                        metric.key()))
            .toList());
  }

  /** Markup of charts with a curve for each run. */
  String comparison() {
    ofRounds(List.of(RoundMetric.LOSS));
    for (String metric : evaluated()) {
      chart(
          title(VALIDATION) + " " + title(metric).toLowerCase(Locale.ROOT),
          "of evaluations",
          RoundMetric.Unit.NONE,
          runs.stream().map(run -> new Series(run.label, run.validation, metric)).toList());
    }
    ofRounds(CURVES);
    ofRounds(List.of(RoundMetric.SECONDS));
    return written();
  }

  private String written() {
    String markup = html.toString();
    html = new Html();
    return markup;
  }

  private void ofRounds(List<RoundMetric> metrics) {
    for (RoundMetric metric : metrics) {
      chart(
          metric == RoundMetric.SECONDS ? TIME : title(metric.key()),
          metric.description(),
          metric.unit(),
          runs.stream()
              .map(
                  run ->
                      new Series(
                          runs.size() == 1 ? title(metric.key()) : run.label,
                          run.rounds,
                          metric.key()))
              .toList());
    }
  }

  private Set<String> evaluated() {
    Set<String> names = new TreeSet<>();
    for (Run run : runs) {
      names.addAll(run.metrics.evaluations(VALIDATION).names());
      names.addAll(run.metrics.evaluations(TEST).names());
    }
    return names;
  }

  private int table(ObjectNode points) {
    tables.add(points);
    return tables.size() - 1;
  }

  /**
   * Writes a chart of the series that have points, unless each is a single point, and returns its
   * description for the script.
   */
  private ObjectNode chart(
      String title, String description, RoundMetric.Unit unit, List<Series> series) {
    ArrayNode shown = JsonNodeFactory.instance.arrayNode();
    List<String> ends = new ArrayList<>();
    boolean isCurve = false;
    for (int i = 0; i < series.size(); i++) {
      Series one = series.get(i);
      double[] values = values(one);
      isCurve |= values.length > 1;
      if (values.length > 0) {
        shown
            .addObject()
            .put("label", one.label)
            .put("table", one.table)
            .put("column", one.column)
            .put("color", runs.size() > 1 ? i : one.color(i));
        ends.add(ends(one, values, unit, series.size() > 1));
      }
    }
    String id = "chart" + charts.size();
    ObjectNode chart = JsonNodeFactory.instance.objectNode().put("id", id);
    chart.put("unit", Json.spelling(unit)).set("series", shown);
    if (!isCurve) {
      return chart;
    }
    charts.add(chart);
    String summary = String.join("; ", ends);
    html.open("figure", "class", "card")
        .open("figcaption")
        .element("strong", title)
        .element("span", description, "class", "quiet")
        .close("figcaption")
        .open(
            "div", "class", "chart", "id", id, "role", "img", "aria-label", title + ": " + summary)
        .close("div")
        .element("p", summary, "class", "quiet ends")
        .close("figure");
    return chart;
  }

  /** The curve's numbers without gaps. */
  private double[] values(Series series) {
    return StreamSupport.stream(
            tables.get(series.table).path("y").path(series.column).spliterator(), false)
        .filter(JsonNode::isNumber)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  /** First and last value of a curve. */
  private static String ends(
      Series series, double[] values, RoundMetric.Unit unit, boolean isLabeled) {
    String last = value(values[values.length - 1], unit);
    String text = values.length == 1 ? last : value(values[0], unit) + " → " + last;
    return isLabeled ? series.label + " " + text : text;
  }

  private static String value(double value, RoundMetric.Unit unit) {
    return switch (unit) {
      case BYTES -> Numbers.bytes(value);
      case SECONDS -> Numbers.duration(value);
      case NONE, COUNT -> Numbers.text(value);
    };
  }

  /** A key as words: {@code learningRate} is {@code Learning rate}. */
  static String title(String key) {
    String words = key.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return words.isEmpty()
        ? key
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}

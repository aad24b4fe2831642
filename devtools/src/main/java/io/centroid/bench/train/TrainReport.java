package io.centroid.bench.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.Spread;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Report of {@code bench train} as JSON and as a text table.
 *
 * @param results Centroid's first
 */
public record TrainReport(List<Result> results) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public TrainReport {
    results = List.copyOf(results);
  }

  /** The runs of a system in order. */
  public record Result(String system, List<TrainRun> runs) {
    public Result {
      runs = List.copyOf(runs);
    }

    /** The values of the runs that have this figure. */
    private List<Double> values(Figure figure) {
      return runs.stream().flatMap(run -> Stream.ofNullable(run.figures().get(figure))).toList();
    }

    private String text(Figure figure) {
      List<Double> values = values(figure);
      if (values.isEmpty()) {
        return "-";
      }
      Spread spread = Spread.of(values);
      return figure == Figure.SECONDS
          ? withQuartiles(spread)
          : String.format(Locale.ROOT, figure.format, figure.scale * spread.median());
    }
  }

  /** Centroid's wall clock divided by the other system's, run by run; empty if it ran alone. */
  Optional<Spread> ratio() {
    return results.size() < 2
        ? Optional.empty()
        : Optional.of(
            Spread.ofRatios(
                results.get(0).values(Figure.SECONDS), results.get(1).values(Figure.SECONDS)));
  }

  /** Returns the report as JSON: spreads, and the values of each run in order. */
  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    ArrayNode rows = node.putArray("results");
    for (Result result : results) {
      ObjectNode row = rows.addObject();
      row.put("system", result.system());
      for (Figure figure : Figure.values()) {
        List<Double> values = result.values(figure);
        if (!values.isEmpty()) {
          ObjectNode spread = JSON.valueToTree(Spread.of(values));
          spread.set("runs", JSON.valueToTree(values));
          row.set(figure.field, spread);
        }
      }
    }
    ratio().ifPresent(ratio -> node.set("ratio", JSON.valueToTree(ratio)));
    return node;
  }

  /** Returns a text table of medians, with quartiles of the wall clock and of the ratio. */
  public String toText() {
    StringBuilder text = new StringBuilder(String.format("%-9s", "system"));
    for (Figure figure : Figure.values()) {
      text.append(column(figure, figure.title));
    }
    text.append('\n');
    for (Result result : results) {
      text.append(String.format("%-9s", result.system()));
      for (Figure figure : Figure.values()) {
        text.append(column(figure, result.text(figure)));
      }
      text.append('\n');
    }
    ratio()
        .ifPresent(
            ratio ->
                text.append("\nwall clock, ")
                    .append(results.get(0).system())
                    .append(" / ")
                    .append(results.get(1).system())
                    .append(": ")
                    .append(withQuartiles(ratio))
                    .append('\n'));
    return text.toString();
  }

  private static String column(Figure figure, String value) {
    int width = figure == Figure.SECONDS ? 24 : Math.max(9, figure.title.length());
    return String.format(" %" + width + "s", value);
  }

  private static String withQuartiles(Spread spread) {
    return String.format(
        Locale.ROOT, "%.2f [%.2f .. %.2f]", spread.median(), spread.low(), spread.high());
  }
}

package io.centroid.report;

import io.centroid.evaluate.Evaluation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Several runs side by side: their final metrics, and the settings that differ.
 *
 * @param firstIsBest whether the first run is marked as the best
 * @param statuses statuses by label, where they are not those of the run itself
 */
record ComparisonSection(List<RunContent> runs, boolean firstIsBest, Map<String, String> statuses) {
  /** Settings that name a run. */
  private static final Set<String> NAMES =
      Set.of("run.dir", "run.name", "spark.conf.\"spark.app.name\"");

  static final int COLORS = 8;

  /** A column of the table of metrics. */
  private record Column(String part, String metric) {
    String title() {
      return part + " " + Charts.title(metric).toLowerCase(Locale.ROOT);
    }

    boolean isBetter(double value, double than) {
      return Evaluation.isHigherBetter(metric) ? value > than : value < than;
    }
  }

  void write(Html html, Charts charts) {
    metrics(html);
    Page.curves(html, charts.comparison(), "");
    settings(html);
  }

  private void metrics(Html html) {
    List<Headline> headlines = runs.stream().map(Headline::new).toList();
    Map<Column, Double> best = new LinkedHashMap<>();
    for (Headline headline : headlines) {
      headline
          .evaluations()
          .forEach(
              (part, metrics) ->
                  metrics.forEach(
                      (name, value) -> {
                        Column column = new Column(part, name);
                        best.merge(column, value, (a, b) -> column.isBetter(b, a) ? b : a);
                      }));
    }
    html.open("section")
        .element("h2", "Results")
        .element("p", "★ best of its column", "class", "quiet")
        .openTable("Results of the runs", "numbers runs")
        .open("thead")
        .open("tr")
        .element("th", "run", "scope", "col");
    best.keySet().forEach(column -> html.element("th", column.title(), "scope", "col"));
    for (String title : List.of("steps", "training time", "examples/s", "status")) {
      html.element("th", title, "scope", "col");
    }
    html.close("tr").close("thead").open("tbody");
    for (int i = 0; i < runs.size(); i++) {
      row(html, i, headlines.get(i), best);
    }
    html.close("tbody").closeTable().close("section");
  }

  private void row(Html html, int number, Headline headline, Map<Column, Double> best) {
    MetricsSummary metrics = runs.get(number).metrics();
    boolean isBestRun = firstIsBest && number == 0;
    html.open("tr", "class", isBestRun ? "chosen" : "")
        .open("th", "scope", "row")
        .element("span", "", "class", "swatch color" + number % COLORS)
        .text(runs.get(number).label());
    if (isBestRun) {
      html.text(" ").element("span", "best", "class", "badge finished");
    }
    html.close("th");
    best.forEach(
        (column, value) -> {
          Double mine =
              headline.evaluations().getOrDefault(column.part, Map.of()).get(column.metric);
          boolean isBest = value.equals(mine);
          html.element(
              "td",
              mine == null ? "–" : (isBest ? "★\u00a0" : "") + Numbers.metric(column.metric, mine),
              "class",
              isBest ? "best" : "");
        });
    html.element("td", Numbers.whole(headline.step()))
        .element("td", Numbers.duration(metrics.seconds()))
        .element(
            "td",
            Numbers.text(
                metrics.last().map(last -> last.examples() / metrics.seconds()).orElse(Double.NaN)))
        .element("td", statuses.getOrDefault(runs.get(number).label(), headline.status().word()))
        .close("tr");
  }

  private void settings(Html html) {
    Set<String> keys = new TreeSet<>();
    List<Map<String, String>> all = new ArrayList<>();
    for (RunContent run : runs) {
      Map<String, String> values = new HashMap<>(run.settings().values());
      run.manifest()
          .ifPresent(
              manifest ->
                  manifest
                      .snapshot()
                      .versions()
                      .forEach((name, version) -> values.put("version of " + name, version)));
      values.keySet().removeAll(NAMES);
      keys.addAll(values.keySet());
      all.add(values);
    }
    keys.removeIf(key -> different(all, key).size() == 1);
    html.open("section").element("h2", "Settings that differ");
    if (keys.isEmpty()) {
      html.element("p", "None.", "class", "quiet");
    } else {
      List<String> head = new ArrayList<>(List.of("setting"));
      runs.forEach(run -> head.add(run.label()));
      html.table(
          "Settings that differ",
          head,
          keys.stream()
              .map(
                  key -> {
                    List<String> row = new ArrayList<>(List.of(key));
                    all.forEach(values -> row.add(values.getOrDefault(key, "–")));
                    return row;
                  })
              .toList());
    }
    Map<String, String> places = new LinkedHashMap<>();
    runs.forEach(run -> places.put(run.label(), run.place()));
    html.close("section").open("section").element("h2", "Runs").pairs("Folders", places);
    html.close("section");
  }

  private static Set<String> different(List<Map<String, String>> all, String key) {
    Set<String> found = new HashSet<>();
    all.forEach(values -> found.add(values.getOrDefault(key, "")));
    return found;
  }
}

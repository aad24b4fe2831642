package io.centroid.bench.averaging;

import io.centroid.bench.Entrant;
import io.centroid.bench.Standing;
import java.awt.Color;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.Styler;

/**
 * Examples a second against the local steps between two meetings, one line a contestant, number of
 * workers and network. Drawn without a screen.
 */
public record AveragingChart(AveragingReport report) {

  /** Writes a PNG. */
  public void write(Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    CategoryChart chart = chart();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      BitmapEncoder.saveBitmap(chart, out, BitmapEncoder.BitmapFormat.PNG);
    }
  }

  private CategoryChart chart() {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(1200)
            .height(720)
            .title("Parameter averaging: throughput by local steps")
            .xAxisTitle("local steps between two meetings (H)")
            .yAxisTitle("examples / s")
            .build();
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line);
    chart.getStyler().setOverlapped(true);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setDecimalPattern("#,###");
    List<Integer> localSteps = localSteps();
    List<String> labels = localSteps.stream().map(String::valueOf).toList();
    lines().forEach((name, line) -> chart.addSeries(name, labels, heights(localSteps, line)));
    return chart;
  }

  private Map<String, List<Standing>> lines() {
    Map<String, List<Standing>> lines = new LinkedHashMap<>();
    for (Standing standing : report.standings()) {
      lines.computeIfAbsent(name(standing), key -> new ArrayList<>()).add(standing);
    }
    return lines;
  }

  /** What knows no H is as fast everywhere. */
  private static List<Double> heights(List<Integer> localSteps, List<Standing> line) {
    Map<Integer, Double> heights = new LinkedHashMap<>();
    for (Standing standing : line) {
      heights.put(standing.entrant().cell().localSteps(), standing.rate().median());
    }
    double first = line.get(0).rate().median();
    return localSteps.stream().map(steps -> heights.getOrDefault(steps, first)).toList();
  }

  private List<Integer> localSteps() {
    return report.standings().stream()
        .filter(standing -> standing.entrant().contestant().averagesParameters())
        .map(standing -> standing.entrant().cell().localSteps())
        .distinct()
        .sorted()
        .toList();
  }

  private static String name(Standing standing) {
    Entrant entrant = standing.entrant();
    int workers = entrant.cell().workers();
    return entrant.contestant().label()
        + (workers == 1 ? ", 1 worker, " : ", " + workers + " workers, ")
        + entrant.cell().hidden()
        + " wide";
  }
}

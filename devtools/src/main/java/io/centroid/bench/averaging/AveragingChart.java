package io.centroid.bench.averaging;

import io.centroid.bench.BenchmarkConfiguration;
import io.centroid.bench.BenchmarkResult;
import java.awt.Color;
import java.io.IOException;
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
 * Chart of throughput in examples per second over local steps between synchronizations, with one
 * line per system, number of workers and network width. Rendered headlessly.
 */
public record AveragingChart(AveragingReport report) {

  /** The chart as a PNG. */
  public byte[] toPng() throws IOException {
    System.setProperty("java.awt.headless", "true");
    return BitmapEncoder.getBitmapBytes(chart(), BitmapEncoder.BitmapFormat.PNG);
  }

  private CategoryChart chart() {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(1200)
            .height(720)
            .title("Parameter averaging: throughput by local steps")
            .xAxisTitle("local steps between synchronizations (H)")
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

  private Map<String, List<BenchmarkResult>> lines() {
    Map<String, List<BenchmarkResult>> lines = new LinkedHashMap<>();
    for (BenchmarkResult result : report.results()) {
      lines.computeIfAbsent(name(result), key -> new ArrayList<>()).add(result);
    }
    return lines;
  }

  /** Systems without local steps get a horizontal line. */
  private static List<Double> heights(List<Integer> localSteps, List<BenchmarkResult> line) {
    Map<Integer, Double> heights = new LinkedHashMap<>();
    for (BenchmarkResult result : line) {
      heights.put(result.configuration().cell().localSteps(), result.throughput().median());
    }
    double first = line.get(0).throughput().median();
    return localSteps.stream().map(steps -> heights.getOrDefault(steps, first)).toList();
  }

  private List<Integer> localSteps() {
    return report.results().stream()
        .filter(result -> result.configuration().system().averagesParameters())
        .map(result -> result.configuration().cell().localSteps())
        .distinct()
        .sorted()
        .toList();
  }

  private static String name(BenchmarkResult result) {
    BenchmarkConfiguration configuration = result.configuration();
    int workers = configuration.cell().workers();
    return configuration.system().label()
        + (workers == 1 ? ", 1 worker, " : ", " + workers + " workers, ")
        + configuration.cell().hidden()
        + " wide";
  }
}

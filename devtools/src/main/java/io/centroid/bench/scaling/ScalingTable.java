package io.centroid.bench.scaling;

import java.util.Locale;

/** Renders a scaling report as text tables. */
public record ScalingTable(ScalingReport report) {

  public String toText() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%2s %9s %4s %11s %12s %8s",
        "W",
        "weights",
        "H",
        "overhead ms",
        "predicted ms",
        "error");
    for (ScalingPoint point : report.points()) {
      line(
          text,
          "%2d %,9d %4d %11.2f %12.2f %+7.0f%%",
          point.workers(),
          point.parameters(),
          point.steps(),
          point.overheadNanos() / 1e6,
          point.predictedNanos(report.model()) / 1e6,
          100 * point.error(report.model()));
    }
    CostModel model = report.model();
    line(
        text,
        "%noverhead = %.2f ms + %.2f ms x W + %.2f ns x bytes + %.2f ns x bytes x W;"
            + " median error %.0f%%",
        model.roundNanos() / 1e6,
        model.workerNanos() / 1e6,
        model.downNanosPerByte(),
        model.upNanosPerByte(),
        100 * report.medianError());
    forecasts(text);
    return text.toString();
  }

  private void forecasts(StringBuilder text) {
    Forecast.Assumption assumption = report.assumption();
    line(
        text,
        "%nOne worker per executor, batch %d at %.1f GFLOP/s, communication within %.0f%%:",
        assumption.batchSize(),
        assumption.gigaflops(),
        100 * assumption.share());
    line(
        text,
        "%6s %13s %9s %13s %11s %12s %9s",
        "Gbit/s",
        "weights",
        "executors",
        "overhead ms",
        "aggregation",
        "step ms",
        "H");
    for (Forecast forecast : report.forecasts()) {
      line(
          text,
          "%6.0f %,13d %,9d %,13.1f %11s %,12.2f %,9d",
          forecast.gigabits(),
          forecast.parameters(),
          forecast.executors(),
          forecast.overheadNanos() / 1e6,
          forecast.aggregation().name().toLowerCase(Locale.ROOT),
          forecast.stepNanos() / 1e6,
          forecast.localSteps());
    }
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}

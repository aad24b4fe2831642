package io.centroid.bench.gpu;

import io.centroid.bench.Spread;
import io.centroid.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines of a report. */
final class GpuTable {
  private GpuTable() {}

  static String heading(GpuBenchReport report) {
    if (report.device().kind() == Device.Kind.CPU) {
      return "cpu: a rehearsal without a GPU; its figures say nothing about GPUs";
    }
    return report
        .card()
        .map(
            card ->
                String.format(
                    Locale.ROOT,
                    "%s: %s, driver %s, compute capability %s, %,d MiB",
                    report.device(),
                    card.name(),
                    card.driver(),
                    card.computeCapability(),
                    card.memoryMiB()))
        .orElse(report.device() + ": nvidia-smi does not name the card");
  }

  /** A line of the system, under a line of the case if it is the case's first. */
  static List<String> lines(GpuBenchReport report, GpuResult result) {
    List<String> lines = new ArrayList<>();
    GpuResult first = report.first(result);
    if (first == result) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s; batch %d; %s/s",
              result.what().name(),
              result.what().batch(),
              result.what().unit()));
    }
    StringBuilder line = new StringBuilder(String.format("  %-18s", result.system()));
    line.append(result.rate().map(GpuTable::rate).orElse("not measured: " + result.missing()));
    report
        .shareOfPeak(result)
        .ifPresent(
            share -> line.append(String.format(Locale.ROOT, ", %.1f %% of peak", 100 * share)));
    if (first != result) {
      first
          .ratioTo(result)
          .ifPresent(
              ratio ->
                  line.append(
                      String.format(
                          Locale.ROOT,
                          ", ratio %.2f [%.2f .. %.2f]",
                          ratio.median(),
                          ratio.low(),
                          ratio.high())));
    }
    lines.add(line.toString());
    return lines;
  }

  private static String rate(Spread rate) {
    return String.format(
        Locale.ROOT, "%,.0f [%,.0f .. %,.0f]", rate.median(), rate.low(), rate.high());
  }

  static List<String> rounds(GpuBenchReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Round of %d local steps, milliseconds; share of copies without and with the"
                + " optimizer's state",
            report.localSteps()));
    for (GpuBenchReport.Round round : report.rounds()) {
      RoundTimes times = round.times();
      lines.add("  " + round.what().name() + "; batch " + round.what().batch());
      lines.add(
          String.format(
              Locale.ROOT,
              "    host to device %.2f + state %.2f, compute %.2f, device to host %.2f + state %.2f;"
                  + " copies %.2f %%, %.2f %%",
              times.parametersUp(),
              times.stateUp(),
              times.compute(),
              times.parametersDown(),
              times.stateDown(),
              100 * times.copyShareWithoutState(),
              100 * times.copyShareWithState()));
    }
    return lines;
  }
}

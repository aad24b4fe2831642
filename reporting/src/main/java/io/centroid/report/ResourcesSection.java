package io.centroid.report;

import io.centroid.memory.PeakMemory;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RunMemory;
import io.centroid.run.metrics.RunResult;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/** What a run spent: time, traffic, memory, by worker; and what went wrong. */
record ResourcesSection(RunContent run) {
  private static final int MOST_WORKERS = 256;
  private static final int FEW_WORKERS = 16;

  void write(Html html, Charts charts) {
    html.open("section").element("h2", "Time, traffic and memory").open("div", "class", "grid");
    html.markup(charts.resources()).close("div");
    time(html);
    traffic(html);
    run.result().map(RunResult::memory).ifPresent(memory -> memory(html, memory));
    html.close("section");
    workers(html);
    faults(html);
  }

  private void time(Html html) {
    double all = run.metrics().seconds();
    List<List<String>> rows = new ArrayList<>();
    for (RoundMetric part : RoundMetric.TIME_PARTS) {
      run.metrics()
          .total(part)
          .ifPresent(
              total ->
                  rows.add(
                      List.of(
                          part.word(),
                          Numbers.duration(total.getSum()),
                          Numbers.percent(total.getSum() / all),
                          Numbers.duration(total.getAverage()),
                          Numbers.duration(total.getMax()))));
    }
    if (!rows.isEmpty()) {
      html.element("h3", "Time by part")
          .table(
              "Time by part of a round",
              List.of("part", "total", "share", "mean of a round", "longest"),
              rows);
    }
  }

  private void traffic(Html html) {
    List<List<String>> rows = new ArrayList<>();
    for (RoundMetric metric : List.of(RoundMetric.BYTES_UP, RoundMetric.BYTES_DOWN)) {
      run.metrics()
          .total(metric)
          .ifPresent(
              total ->
                  rows.add(
                      List.of(
                          metric.description(),
                          Numbers.bytes(total.getSum()),
                          Numbers.bytes(total.getAverage()))));
    }
    if (!rows.isEmpty()) {
      html.element("h3", "Traffic")
          .table("Traffic", List.of("traffic", "total", "mean of a round"), rows);
    }
  }

  private void memory(Html html, RunMemory memory) {
    html.element("h3", "Peak memory")
        .table(
            "Peak memory",
            List.of("process", "resident", "Java heap", "native", "GPU"),
            List.of(row("driver", memory.driver()), row("largest worker", memory.workers())));
  }

  private static List<String> row(String process, PeakMemory memory) {
    return List.of(
        process,
        bytes(memory.resident()),
        bytes(memory.heap()),
        bytes(memory.tracked()),
        bytes(memory.device()));
  }

  private static String bytes(long bytes) {
    return bytes == 0 ? "–" : Numbers.bytes(bytes);
  }

  private void workers(Html html) {
    WorkerTotals totals = run.metrics().workers();
    List<List<String>> rows = new ArrayList<>();
    for (WorkerTotals.Total total : totals.workers()) {
      if (rows.size() < MOST_WORKERS) {
        rows.add(
            List.of(
                String.valueOf(rows.size()),
                Numbers.whole(total.examples()),
                Numbers.text(total.meanLoss()),
                Numbers.duration(totals.meanComputeSeconds(total)),
                Numbers.percent(totals.slowestShare(total))));
      }
    }
    if (rows.isEmpty()) {
      return;
    }
    html.open("section").element("h2", "Workers");
    boolean isFolded = rows.size() > FEW_WORKERS;
    if (isFolded) {
      html.open("details").element("summary", Numbers.whole(totals.workers().size()) + " workers");
    }
    html.table(
        "Workers",
        List.of("worker", "examples", "mean loss", "mean compute time", "slowest in"),
        rows);
    if (totals.workers().size() > rows.size()) {
      html.element("p", "The first " + MOST_WORKERS + " workers.", "class", "quiet");
    }
    html.markup(isFolded ? "</details>" : "").close("section");
  }

  private void faults(Html html) {
    MetricsSummary metrics = run.metrics();
    double retried = sum(RoundMetric.RETRIED_TASKS);
    double lost = sum(RoundMetric.LOST_EXECUTORS);
    html.open("section").element("h2", "Rollbacks and faults");
    html.element(
        "p", metrics.rollbacks().isEmpty() ? "No rollback." : "Rollbacks after training diverged:");
    if (!metrics.rollbacks().isEmpty()) {
      html.table(
          "Rollbacks",
          List.of("rollback", "to step", "reason"),
          metrics.rollbacks().stream()
              .map(
                  rollback ->
                      List.of(
                          String.valueOf(rollback.number()),
                          Numbers.whole(rollback.step()),
                          rollback.reason()))
              .toList());
    }
    html.element(
        "p", Numbers.text(retried) + " retried tasks, " + Numbers.text(lost) + " lost executors.");
    if (!metrics.faults().isEmpty()) {
      html.table(
          "Rounds with faults",
          List.of("round", "step", "retried tasks", "lost executors"),
          metrics.faults().stream()
              .map(
                  round ->
                      List.of(
                          Numbers.whole(round.round()),
                          Numbers.whole(round.step()),
                          Numbers.text(round.value(RoundMetric.RETRIED_TASKS)),
                          Numbers.text(round.value(RoundMetric.LOST_EXECUTORS))))
              .toList());
    }
    html.close("section");
  }

  private double sum(RoundMetric metric) {
    return run.metrics().total(metric).map(DoubleSummaryStatistics::getSum).orElse(0.0);
  }
}

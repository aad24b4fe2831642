package io.centroid.report;

import io.centroid.run.metrics.RoundMetrics.WorkerMetrics;
import java.util.ArrayList;
import java.util.List;

/** Totals of each worker over the rounds of a run. */
final class WorkerTotals {
  /** More workers than these are not counted. */
  static final int MOST = 10_000;

  private final List<Total> totals = new ArrayList<>();
  private long rounds;

  /** Totals of one worker. */
  static final class Total {
    private long examples;
    private double lossSum;
    private double computeSeconds;
    private long slowest;

    long examples() {
      return examples;
    }

    /** Mean training loss per example; NaN without examples. */
    double meanLoss() {
      return lossSum / examples;
    }
  }

  /** Adds a round; workers are in worker order. */
  void add(List<WorkerMetrics> workers) {
    if (workers.isEmpty()) {
      return;
    }
    rounds++;
    int slowest = 0;
    for (int i = 0; i < Math.min(MOST, workers.size()); i++) {
      WorkerMetrics worker = workers.get(i);
      if (i == totals.size()) {
        totals.add(new Total());
      }
      Total total = totals.get(i);
      if (worker.examples() > 0 && Double.isFinite(worker.loss())) {
        total.examples += worker.examples();
        total.lossSum += worker.examples() * worker.loss();
      }
      if (Double.isFinite(worker.computeSeconds())) {
        total.computeSeconds += worker.computeSeconds();
      }
      if (worker.computeSeconds() > workers.get(slowest).computeSeconds()) {
        slowest = i;
      }
    }
    totals.get(slowest).slowest++;
  }

  List<Total> workers() {
    return totals;
  }

  /** Mean duration of a worker's local steps per round. */
  double meanComputeSeconds(Total total) {
    return total.computeSeconds / rounds;
  }

  /** Share of the rounds in which the worker was the slowest, 0 to 1. */
  double slowestShare(Total total) {
    return (double) total.slowest / rounds;
  }
}

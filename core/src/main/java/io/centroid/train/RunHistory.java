package io.centroid.train;

import io.centroid.train.worker.DeltaNorms;
import io.centroid.train.worker.WorkerReport;
import java.util.ArrayList;
import java.util.List;

/** The part of a run's history that affects its later rounds. */
public record RunHistory(DeltaNorms deltaNorms, List<Rollback> rollbacks) {
  public static final RunHistory NONE = new RunHistory(DeltaNorms.NONE, List.of());

  public RunHistory {
    rollbacks = List.copyOf(rollbacks);
  }

  /** Factor of the learning rates: 1 before the first rollback. */
  public double learningRateScale() {
    return rollbacks.isEmpty() ? 1 : rollbacks.get(rollbacks.size() - 1).learningRateScale();
  }

  RunHistory after(List<WorkerReport> reports) {
    return new RunHistory(deltaNorms.after(reports), rollbacks);
  }

  /** The history with the rollbacks before and a new one. */
  RunHistory after(List<Rollback> before, Rollback rollback) {
    List<Rollback> all = new ArrayList<>(before);
    all.add(rollback);
    return new RunHistory(deltaNorms, all);
  }
}

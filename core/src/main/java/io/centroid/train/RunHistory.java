package io.centroid.train;

import io.centroid.train.worker.DeltaNorms;
import io.centroid.train.worker.WorkerReport;
import java.util.ArrayList;
import java.util.List;

/** What a run remembers of its own past, as far as it shapes the rest. */
public record RunHistory(DeltaNorms deltaNorms, List<Rollback> rollbacks) {
  public static final RunHistory NONE = new RunHistory(DeltaNorms.NONE, List.of());

  public RunHistory {
    rollbacks = List.copyOf(rollbacks);
  }

  /** What rates are multiplied by: 1 before the first rollback. */
  public double rateScale() {
    return rollbacks.isEmpty() ? 1 : rollbacks.get(rollbacks.size() - 1).rateScale();
  }

  RunHistory after(List<WorkerReport> reports) {
    return new RunHistory(deltaNorms.after(reports), rollbacks);
  }

  /** With all rollbacks of before, and one more. */
  RunHistory after(List<Rollback> before, Rollback rollback) {
    List<Rollback> all = new ArrayList<>(before);
    all.add(rollback);
    return new RunHistory(deltaNorms, all);
  }
}

package io.centroid.run;

import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerReport;
import java.util.function.Consumer;

/**
 * Reports once if a worker computes on other libraries or on a CPU with other features than the
 * driver, whose are recorded in checkpoints: results are then not bitwise reproducible.
 */
final class KernelsListener implements TrainingListener {
  private final String driver;
  private final Consumer<String> notes;
  private boolean isReported;

  /**
   * Creates the listener.
   *
   * @param driver kernels of the driver
   * @param notes receives the warning
   */
  KernelsListener(String driver, Consumer<String> notes) {
    this.driver = driver;
    this.notes = notes;
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    if (isReported) {
      return;
    }
    for (WorkerReport report : result.reports()) {
      if (!report.kernels().isEmpty() && !report.kernels().equals(driver)) {
        isReported = true;
        notes.accept(
            "worker "
                + report.worker()
                + " computes with "
                + report.kernels()
                + ", the driver with "
                + driver
                + ": results may differ in the last bits from those on equal machines");
        return;
      }
    }
  }
}

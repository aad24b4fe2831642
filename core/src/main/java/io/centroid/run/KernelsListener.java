package io.centroid.run;

import io.centroid.error.InputException;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerReport;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reports once if a worker computes with other libraries or kernels than the driver, whose are
 * recorded in checkpoints: results are then not bitwise reproducible. With pinned kernels it is an
 * error that a worker's OpenBLAS uses others.
 */
final class KernelsListener implements TrainingListener {
  /** OpenBLAS and its kernels in a line of {@link WorkerReport#kernels}. */
  private static final Pattern BLAS = Pattern.compile("\\bblas=([^,}]*)");

  private final String driver;
  private final Optional<CpuKernels> pinned;
  private final Consumer<String> notes;
  private boolean isReported;

  /**
   * Creates the listener.
   *
   * @param driver kernels of the driver
   * @param pinned kernels that the driver uses and all workers must use
   * @param notes receives the warning
   */
  KernelsListener(String driver, Optional<CpuKernels> pinned, Consumer<String> notes) {
    this.driver = driver;
    this.pinned = pinned;
    this.notes = notes;
  }

  /**
   * Compares the workers of the round.
   *
   * @throws InputException if kernels are pinned and a worker uses others
   */
  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    if (isReported && pinned.isEmpty()) {
      return;
    }
    for (WorkerReport report : result.reports()) {
      if (!report.kernels().isEmpty() && !report.kernels().equals(driver)) {
        compare(report);
      }
    }
  }

  private void compare(WorkerReport report) {
    String difference =
        "worker "
            + report.worker()
            + " computes with "
            + report.kernels()
            + ", the driver with "
            + driver
            + ": ";
    boolean isSameBlas = blas(report.kernels()).equals(blas(driver));
    if (pinned.isPresent() && !isSameBlas) {
      throw new InputException(
          String.format(
              "%scompute.cpu-kernels = %s needs spark.executorEnv.%s=%2$s in the configuration of"
                  + " the SparkContext",
              difference, pinned.get(), CpuKernels.VARIABLE));
    }
    if (!isReported) {
      isReported = true;
      notes.accept(
          difference
              + "results may differ in the last bits from those on equal machines"
              + (isSameBlas ? "" : "; compute.cpu-kernels pins the kernels of all machines"));
    }
  }

  private static String blas(String kernels) {
    Matcher blas = BLAS.matcher(kernels);
    return blas.find() ? blas.group(1) : "";
  }
}

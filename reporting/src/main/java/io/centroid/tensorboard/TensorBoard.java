package io.centroid.tensorboard;

import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RunReporter;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Event files for TensorBoard in the folder {@code tensorboard} of a run, unless {@code
 * report.tensorboard} is off.
 */
public final class TensorBoard implements RunReporter.Factory {
  private final Map<String, String> hyperparameters;

  public TensorBoard() {
    this(Map.of());
  }

  /**
   * Event files of a run of a sweep.
   *
   * @param hyperparameters values of the swept keys, by configuration key, which the HParams page
   *     shows in addition to the main hyperparameters
   */
  public TensorBoard(Map<String, String> hyperparameters) {
    this.hyperparameters = Map.copyOf(hyperparameters);
  }

  @Override
  public String name() {
    return "TensorBoard";
  }

  @Override
  public Optional<RunReporter> open(ReportedRun run, TrainState start) throws IOException {
    if (!run.config().report().tensorboard()) {
      return Optional.empty();
    }
    Map<String, String> all = new LinkedHashMap<>(HParams.of(run));
    all.putAll(hyperparameters);
    return Optional.of(new TensorBoardReporter(run, start, all));
  }
}

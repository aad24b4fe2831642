package io.centroid.tensorboard;

import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RunReporter;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.Path;

/**
 * Event files for TensorBoard in the folder {@code tensorboard} of a run, unless {@code
 * report.tensorboard} is off.
 */
public final class TensorBoard implements RunReporter.Factory {
  private final Map<String, String> hyperparameters;
  private final LongSupplier nanoTime;

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
    this(hyperparameters, System::nanoTime);
  }

  /** As above, with a clock in nanoseconds for the time that expensive values may take. */
  TensorBoard(Map<String, String> hyperparameters, LongSupplier nanoTime) {
    this.hyperparameters = Map.copyOf(hyperparameters);
    this.nanoTime = nanoTime;
  }

  /**
   * Verifies the event files of a run.
   *
   * @param run folder of the run
   * @return messages about the first damaged record of each file, with its offset, which
   *     TensorBoard ignores with all that follow it
   */
  public static List<String> damage(HadoopFiles files, Path run) throws IOException {
    Path folder = HadoopPath.child(run, EventLog.FOLDER);
    Storage storage = Storage.of(files, folder);
    return storage.exists(folder)
        ? new EventFolder(storage, storage.qualified(folder), note -> {}).damage()
        : List.of();
  }

  /**
   * Adds images to the event files of a run that is not running, in a file of their own.
   *
   * @param run folder of the run
   * @param step number of steps per worker of the model
   * @param pngs PNG files by tag
   * @return false if the run has no event files
   */
  public static boolean addImages(HadoopFiles files, Path run, long step, Map<String, byte[]> pngs)
      throws IOException {
    Path folder = HadoopPath.child(run, EventLog.FOLDER);
    Storage storage = Storage.of(files, folder);
    if (!storage.exists(folder)) {
      return false;
    }
    EventFolder events = new EventFolder(storage, storage.qualified(folder), note -> {});
    try (EventFileWriter writer = events.create()) {
      for (Map.Entry<String, byte[]> png : pngs.entrySet()) {
        // The header, which every PNG begins with, has width and height at bytes 16 and 20.
        ByteBuffer header = ByteBuffer.wrap(png.getValue());
        Summaries.Png image =
            new Summaries.Png(header.getInt(16), header.getInt(20), png.getValue());
        writer.write(
            EventLog.event(Instant.now(), step)
                .setSummary(
                    EventProto.Summary.newBuilder()
                        .addValue(Summaries.image(png.getKey(), "", image))));
      }
    }
    return true;
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
    return Optional.of(new TensorBoardReporter(run, start, all, nanoTime));
  }
}

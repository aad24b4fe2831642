package io.centroid.tensorboard;

import io.centroid.io.HadoopPath;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.tensorboard.EventProto.Event;
import io.centroid.tensorboard.EventProto.SessionLog;
import io.centroid.tensorboard.EventProto.Summary;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/** Writes the events of a run, each value of a step once over all processes of the run. */
final class EventLog implements Closeable {
  /** Name of the folder in the run's folder. */
  static final String FOLDER = "tensorboard";

  private final ReportedRun run;
  private final EventFolder folder;
  private final double samplesSeconds;
  private final double unsampledSeconds;
  private EventFileWriter writer;
  private Set<String> keptTags;
  private boolean isDescribed;
  private long keptStep;

  /**
   * Drops the events after the state from which the run starts, restores the scalars before it, and
   * creates a file.
   */
  EventLog(ReportedRun run) throws IOException {
    Path path = HadoopPath.child(run.directory(), FOLDER);
    this.run = run;
    this.folder = new EventFolder(Storage.of(run.files(), path), path, run.notes());
    this.keptStep = run.startStep();
    try (Resumption found = folder.cut(run, keptStep)) {
      this.writer = create(found);
      this.keptTags = found.tags(keptStep);
      this.isDescribed = found.isDescribed();
      this.samplesSeconds = found.samplesSeconds();
      this.unsampledSeconds = found.unsampledSeconds();
    }
  }

  /** Whether the files had the configuration and the hyperparameters when they were cut. */
  boolean isDescribed() {
    return isDescribed;
  }

  /** Duration of the last samples before the start in seconds; 0 if there are none. */
  double samplesSeconds() {
    return samplesSeconds;
  }

  /** Time from the last samples before the start to the last event, in seconds. */
  double unsampledSeconds() {
    return unsampledSeconds;
  }

  /** Drops the events after a step and continues in another file. */
  void cut(long step) throws IOException {
    writer.close();
    keptStep = step;
    try (Resumption found = folder.cut(run, step)) {
      writer = create(found);
      keptTags = found.tags(step);
      isDescribed = found.isDescribed();
    }
  }

  /**
   * Begins a file with the scalars that the others do not have. A TensorBoard that has read dropped
   * events forgets them at the second start of a session or a later one, so each file has one.
   */
  private EventFileWriter create(Resumption found) throws IOException {
    EventFileWriter created = folder.create();
    try {
      created.write(
          event(Instant.now(), keptStep + 1)
              .setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START)));
      for (Optional<Event> missing = found.missingBefore(keptStep + 1);
          missing.isPresent();
          missing = found.missingBefore(keptStep + 1)) {
        created.write(missing.get().toBuilder());
      }
      created.flush();
    } catch (IOException | RuntimeException e) {
      created.close();
      throw e;
    }
    if (found.missing() > 0) {
      run.notes().accept(found.note());
    }
    return created;
  }

  /** Writes the values of a step in one record. Values that the files have already are dropped. */
  void write(Instant time, long step, List<Summary.Value> values) throws IOException {
    Summary.Builder summary = Summary.newBuilder();
    for (Summary.Value value : values) {
      if (step != keptStep || !keptTags.contains(value.getTag())) {
        summary.addValue(value);
      }
    }
    if (summary.getValueCount() > 0) {
      writer.write(event(time, step).setSummary(summary));
    }
  }

  void flush() throws IOException {
    writer.flush();
  }

  /** An event without content. */
  static Event.Builder event(Instant time, long step) {
    return Event.newBuilder().setWallTime(EventFileWriter.seconds(time)).setStep(step);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}

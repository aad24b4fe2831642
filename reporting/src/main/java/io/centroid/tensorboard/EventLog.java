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
import org.apache.hadoop.fs.Path;

/** Writes the events of a run, each value of a step once over all processes of the run. */
final class EventLog implements Closeable {
  /** Name of the folder in the run's folder. */
  static final String FOLDER = "tensorboard";

  private final EventFolder folder;
  private EventFolder.Kept kept;
  private long keptStep;
  private EventFileWriter writer;

  /** Drops the events after the state from which the run starts, and creates a file. */
  EventLog(ReportedRun run) throws IOException {
    Path path = HadoopPath.child(run.directory(), FOLDER);
    this.folder = new EventFolder(Storage.of(run.files(), path), path, run.notes());
    this.keptStep = run.startStep();
    this.kept = folder.cut(keptStep);
    this.writer = create();
  }

  /** Drops the events after a step and continues in another file. */
  void cut(long step) throws IOException {
    writer.close();
    keptStep = step;
    kept = folder.cut(step);
    writer = create();
  }

  /** A TensorBoard that has read dropped events forgets them when it reads the new file. */
  private EventFileWriter create() throws IOException {
    EventFileWriter created = folder.create();
    if (kept.records() > 0) {
      created.write(
          event(Instant.now(), keptStep + 1)
              .setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START)));
      created.flush();
    }
    return created;
  }

  /** Writes the values of a step in one record. Values that the files have already are dropped. */
  void write(Instant time, long step, List<Summary.Value> values) throws IOException {
    Summary.Builder summary = Summary.newBuilder();
    for (Summary.Value value : values) {
      if (step != keptStep || !kept.tags().contains(value.getTag())) {
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

  private static Event.Builder event(Instant time, long step) {
    return Event.newBuilder().setWallTime(EventFileWriter.seconds(time)).setStep(step);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}

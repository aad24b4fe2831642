package io.centroid.tensorboard;

import io.centroid.error.StorageFailure;
import io.centroid.io.storage.Storage;
import io.centroid.tensorboard.EventProto.Event;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/** Writes a new event file. Not thread-safe. */
final class EventFileWriter implements Closeable {
  private final Storage storage;
  private final Path file;
  private final FSDataOutputStream out;
  private boolean isClosed;

  /** Creates the file, which must not exist, and its folder, and writes the first record. */
  EventFileWriter(Storage storage, Path file) throws IOException {
    this.storage = storage;
    this.file = file;
    this.out = storage.fileSystem().create(file, false);
    write(version(Instant.now()));
    flush();
  }

  /** The first event of a file. */
  static Event.Builder version(Instant time) {
    return Event.newBuilder().setWallTime(seconds(time)).setFileVersion("brain.Event:2");
  }

  /** Time in seconds since 1970, as in events. */
  static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }

  /** Appends a record. */
  void write(Event.Builder event) throws IOException {
    try {
      out.write(EventRecord.of(event.build().toByteArray()));
    } catch (FSError e) {
      throw StorageFailure.ofLocalDisk(e);
    }
  }

  /** Passes the records to the file system, so that they outlive this process. */
  void flush() throws IOException {
    try {
      out.hflush();
    } catch (FSError e) {
      throw StorageFailure.ofLocalDisk(e);
    }
  }

  /**
   * As {@link Closeable#close}.
   *
   * @throws FileNotFoundException if somebody deleted the file meanwhile, which no write notices
   */
  @Override
  public void close() throws IOException {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try {
      out.close();
    } catch (FSError e) {
      throw StorageFailure.ofLocalDisk(e);
    }
    if (!storage.exists(file)) {
      throw new FileNotFoundException(file + " was deleted while the run wrote it");
    }
  }
}

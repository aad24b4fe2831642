package io.centroid.cli.watch;

import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.MetricsReader;
import io.centroid.run.metrics.MetricsReader.Line;
import io.centroid.run.metrics.MetricsRow;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Reads the new lines of a {@code metrics.jsonl} that another process writes. The file is opened
 * each time and read to its end, since HDFS reports no length of an open file. A resumed run and a
 * rollback replace the file, often by a longer one with the same start: the bytes before the last
 * position, which contain the time of a round, tell whether it is the same.
 */
final class MetricsTail {
  private static final int COMPARED_BYTES = 256;

  private final Storage storage;
  private final Path file;
  private long offset;
  private long lines;
  private byte[] before = new byte[0];

  /** Receives what was read. */
  interface Sink {
    /** The file was replaced: all its lines follow, from the first. */
    void onReplaced();

    /** A complete line. */
    void onRow(MetricsRow row);

    /**
     * A complete line that is no row.
     *
     * @param number number of the line, from 1
     */
    void onDamaged(long number);
  }

  MetricsTail(Storage storage, Path file) {
    this.storage = storage;
    this.file = file;
  }

  /**
   * Reads what was written since the last call.
   *
   * @return false if there is no such file
   */
  boolean read(Sink sink) throws IOException {
    try (FSDataInputStream stream = storage.fileSystem().open(file)) {
      if (offset > 0 && !isSame(stream)) {
        offset = 0;
        lines = 0;
        before = new byte[0];
        stream.seek(0);
        sink.onReplaced();
      }
      lines(stream, sink);
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private boolean isSame(FSDataInputStream stream) throws IOException {
    try {
      byte[] found = new byte[before.length];
      stream.seek(offset - before.length);
      stream.readFully(found);
      return Arrays.equals(found, before);
    } catch (EOFException e) {
      return false;
    }
  }

  private void lines(InputStream stream, Sink sink) throws IOException {
    MetricsReader reader = new MetricsReader(stream);
    for (Line line = reader.next(); line != null && line.isComplete(); line = reader.next()) {
      offset += line.length();
      lines++;
      byte[] bytes = line.bytes();
      before = Arrays.copyOfRange(bytes, Math.max(0, bytes.length - COMPARED_BYTES), bytes.length);
      line.row().ifPresentOrElse(sink::onRow, () -> sink.onDamaged(lines));
    }
  }
}

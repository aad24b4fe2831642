package io.centroid.cli.watch;

import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.MetricsRow;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
  /** Longer lines are skipped. */
  private static final int LONGEST_LINE = 4 << 20;

  private static final int COMPARED_BYTES = 256;

  private final Storage storage;
  private final Path file;
  private long offset;
  private byte[] before = new byte[0];

  /** Receives what was read. */
  interface Sink {
    /** The file was replaced: all its lines follow, from the first. */
    void onReplaced();

    /** A complete line. */
    void onRow(MetricsRow row);
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
        before = new byte[0];
        stream.seek(0);
        sink.onReplaced();
      }
      lines(new BufferedInputStream(stream, 1 << 16), sink);
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
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long length = 0;
    for (int next = stream.read(); next >= 0; next = stream.read()) {
      length++;
      if (length <= LONGEST_LINE) {
        line.write(next);
      }
      if (next != '\n') {
        continue;
      }
      offset += length;
      byte[] bytes = line.toByteArray();
      if (length <= LONGEST_LINE) {
        before =
            Arrays.copyOfRange(bytes, Math.max(0, bytes.length - COMPARED_BYTES), bytes.length);
        MetricsRow.parse(new String(bytes, StandardCharsets.UTF_8)).ifPresent(sink::onRow);
      } else {
        before = new byte[0];
      }
      line.reset();
      length = 0;
    }
  }
}

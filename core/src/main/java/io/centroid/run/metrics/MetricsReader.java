package io.centroid.run.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of {@code metrics.jsonl}, each in bounded memory. The last line may be without a
 * newline, since a running or killed run has written it in part. Not thread-safe.
 */
public final class MetricsReader {
  /** Maximum length of a line in bytes: a round of about 37,000 workers. */
  static final int LONGEST_LINE = 4 << 20;

  private final InputStream stream;
  private final byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;
  private long number;

  /**
   * Creates a reader.
   *
   * @param stream bytes from the start of a line, which the caller closes
   */
  public MetricsReader(InputStream stream) {
    this.stream = stream;
  }

  /**
   * A line.
   *
   * @param number number of the line, from 1
   * @param length number of bytes, with the newline
   * @param isComplete whether it ends with a newline
   * @param bytes the line with its newline; empty if it is longer than {@link #LONGEST_LINE}
   * @param row what the line says; empty if it is no row in UTF-8
   */
  public record Line(
      long number, long length, boolean isComplete, byte[] bytes, Optional<MetricsRow> row) {

    /** Whether the line is no row, and not one that is being written. */
    public boolean isDamaged() {
      return row.isEmpty() && (isComplete || length > LONGEST_LINE);
    }
  }

  /** The next line; null at the end of the file. */
  public @Nullable Line next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long length = 0;
    boolean isComplete = false;
    while (!isComplete && fill()) {
      int end = from;
      while (end < to && !isComplete) {
        isComplete = buffer[end++] == '\n';
      }
      length += end - from;
      if (length <= LONGEST_LINE) {
        line.write(buffer, from, end - from);
      }
      from = end;
    }
    if (length == 0) {
      return null;
    }
    number++;
    byte[] bytes = length <= LONGEST_LINE ? line.toByteArray() : new byte[0];
    return new Line(number, length, isComplete, bytes, MetricsRow.parse(bytes));
  }

  /** Whether the buffer has unread bytes, which are read if necessary. */
  private boolean fill() throws IOException {
    if (from == to) {
      from = 0;
      to = Math.max(0, stream.read(buffer));
    }
    return from < to;
  }
}

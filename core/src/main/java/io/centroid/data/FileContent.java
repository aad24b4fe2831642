package io.centroid.data;

import io.centroid.InputException;
import java.io.Closeable;

/**
 * The bytes of a file at any position, after decoding if it is gzipped. Not thread-safe; a reader
 * opens its own.
 */
sealed interface FileContent extends Closeable permits PlainContent, DecodedContent {

  /** Path as the user wrote it, for messages. */
  String path();

  /** Number of decoded bytes. */
  long length();

  /** Reads at least one byte and at most {@code count}; -1 at the end. */
  int read(long position, byte[] target, int offset, int count);

  /** Closes the file; throws nothing, for nothing was written. */
  @Override
  void close();

  /** Reads exactly {@code count} bytes. */
  default void readFully(long position, byte[] target, int offset, int count) {
    int done = 0;
    while (done < count) {
      int read = read(position + done, target, offset + done, count - done);
      if (read < 0) {
        throw new InputException(
            path()
                + ": offset "
                + (position + done)
                + ": the file ends, expected "
                + (count - done)
                + " more bytes");
      }
      done += read;
    }
  }
}

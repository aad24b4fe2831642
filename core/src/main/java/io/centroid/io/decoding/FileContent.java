package io.centroid.io.decoding;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;

/** Random access to the bytes of a file, decoded as {@link FileHead} says. Not thread-safe. */
public sealed interface FileContent extends Closeable {

  /** Path as given by the user, for messages. */
  String path();

  /** Number of decoded bytes. */
  long length();

  /** Reads at least one byte and at most {@code count}; -1 at the end. */
  int read(long position, byte[] target, int offset, int count);

  /** Closes the file; a failure is ignored, since nothing was written. */
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

  /** A plain file; only the requested bytes are read. */
  final class Plain implements FileContent {
    private final String path;
    private final HadoopFiles files;
    private final long length;
    private final FSDataInputStream stream;

    Plain(HadoopFiles files, String path, long length) {
      this.files = files;
      this.path = path;
      this.length = length;
      this.stream = files.open(files.path(path));
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public int read(long position, byte[] target, int offset, int count) {
      if (position >= length) {
        return -1;
      }
      try {
        // A positioned read: after a seek a DataNode would send data that is not needed.
        return stream.read(position, target, offset, (int) Math.min(count, length - position));
      } catch (IOException e) {
        throw HadoopFiles.failure(files.path(path), e);
      }
    }

    @Override
    public void close() {
      try {
        stream.close();
      } catch (IOException e) {
        // A failed close of a reader loses nothing.
      }
    }
  }

  /**
   * A file that is gzipped or not in UTF-8, decoded in memory and shared by the readers of the
   * cache.
   */
  record Decoded(String path, DecodedBytes bytes) implements FileContent {

    @Override
    public long length() {
      return bytes.length();
    }

    @Override
    public int read(long position, byte[] target, int offset, int count) {
      return bytes.read(position, target, offset, count);
    }

    @Override
    public void close() {
      // The cache keeps the bytes for the next reader.
    }
  }
}

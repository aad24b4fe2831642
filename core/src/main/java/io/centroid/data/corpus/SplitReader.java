package io.centroid.data.corpus;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** A random-access reader of the token ids of a split, across its shards. Not thread-safe. */
final class SplitReader implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  private final HadoopFiles files;
  private final Path folder;
  private final List<CorpusShard> parts;
  private final long[] starts;
  private final IdWidth width;
  private final int vocabulary;
  private final byte[] buffer = new byte[BUFFER];
  private int open = -1;
  private @Nullable FSDataInputStream stream;

  SplitReader(
      HadoopFiles files, Path folder, List<CorpusShard> parts, IdWidth width, int vocabulary) {
    this.files = files;
    this.folder = folder;
    this.parts = parts;
    this.starts = new long[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      starts[i + 1] = starts[i] + parts.get(i).tokens();
    }
    this.width = width;
    this.vocabulary = vocabulary;
  }

  /**
   * Reads {@code count} token ids, starting at token {@code from} of the split.
   *
   * @throws InputException if an id is not in the vocabulary
   */
  void read(long from, int[] into, int count) {
    int part = 0;
    int done = 0;
    while (done < count) {
      part = partOf(from + done, part);
      long position = from + done - starts[part];
      int here = (int) Math.min(count - done, parts.get(part).tokens() - position);
      here = Math.min(here, BUFFER / width.bytes());
      read(part, position, into, done, here);
      done += here;
    }
  }

  @Override
  public void close() {
    try {
      if (stream != null) {
        stream.close();
      }
    } catch (IOException e) {
      // A failed close of a reader loses nothing.
    }
    stream = null;
    open = -1;
  }

  private int partOf(long token, int hint) {
    int part = starts[hint] <= token ? hint : 0;
    while (starts[part + 1] <= token) {
      part++;
    }
    return part;
  }

  private void read(int part, long position, int[] into, int offset, int count) {
    Path path = HadoopPath.child(folder, parts.get(part).name());
    try {
      stream(part, path).readFully(position * width.bytes(), buffer, 0, count * width.bytes());
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
    ByteBuffer ids = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      int id = width.take(ids);
      if (id < 0 || id >= vocabulary) {
        throw new InputException(
            path
                + ": token "
                + (position + i)
                + ": expected an id below "
                + vocabulary
                + ", found "
                + Integer.toUnsignedString(id));
      }
      into[offset + i] = id;
    }
  }

  private FSDataInputStream stream(int part, Path path) {
    FSDataInputStream current = stream;
    if (current == null || open != part) {
      close();
      current = files.open(path);
      stream = current;
      open = part;
    }
    return current;
  }
}

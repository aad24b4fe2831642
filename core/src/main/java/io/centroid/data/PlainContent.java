package io.centroid.data;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;

/** A file that is not compressed: only what is asked for is read. */
final class PlainContent implements FileContent {
  private final String path;
  private final HadoopFiles files;
  private final long length;
  private final FSDataInputStream stream;

  PlainContent(HadoopFiles files, String path, long length) {
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
      // By position: a stream that is moved on makes a DataNode send ahead what nobody takes.
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
      // Nothing was written: a reader that has all its bytes need not fail.
    }
  }
}

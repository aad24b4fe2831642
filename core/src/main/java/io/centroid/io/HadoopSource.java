package io.centroid.io;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A random-access file on a Hadoop file system; sequential reads need no seek. */
public final class HadoopSource implements ByteSource {
  private final Path path;
  private final FSDataInputStream stream;
  private final long length;

  public HadoopSource(FileSystem fileSystem, Path path) throws IOException {
    this.path = path;
    this.length = fileSystem.getFileStatus(path).getLen();
    this.stream = fileSystem.open(path);
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long position, byte[] into, int count) throws IOException {
    if (stream.getPos() != position) {
      stream.seek(position);
    }
    stream.readFully(into, 0, count);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}

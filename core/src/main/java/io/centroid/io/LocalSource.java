package io.centroid.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A random-access local file, read without Hadoop. */
public final class LocalSource implements ByteSource {
  private final Path path;
  private final FileChannel channel;
  private final long length;

  public LocalSource(Path path) throws IOException {
    this.path = path;
    this.channel = FileChannel.open(path, StandardOpenOption.READ);
    this.length = channel.size();
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
    ByteBuffer buffer = ByteBuffer.wrap(into, 0, count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw endsBefore(position + count);
      }
    }
  }

  @Override
  public Optional<ByteBuffer> map(long position, int count) throws IOException {
    // Access to a mapped page beyond the end would crash the JVM.
    if (channel.size() < position + count) {
      throw endsBefore(position + count);
    }
    return Optional.of(channel.map(FileChannel.MapMode.READ_ONLY, position, count));
  }

  private EOFException endsBefore(long position) {
    return new EOFException(path + " ends before byte " + position);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

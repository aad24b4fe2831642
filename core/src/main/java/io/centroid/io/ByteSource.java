package io.centroid.io;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A file that is read by position. Not thread-safe. */
public interface ByteSource extends Closeable {

  /** Names the file in messages. */
  String name();

  /** Length in bytes, as the file system tells it. */
  long length();

  /**
   * Reads {@code count} bytes from {@code position} into the start of {@code into}.
   *
   * @throws EOFException if the file ends before
   */
  void read(long position, byte[] into, int count) throws IOException;

  /**
   * Bytes of the file in place, read-only and outside the heap, if the source can do that; they
   * stay readable after it is closed.
   *
   * @throws EOFException if the file ends before
   */
  default Optional<ByteBuffer> map(long position, int count) throws IOException {
    return Optional.empty();
  }
}

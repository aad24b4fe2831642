package io.centroid.io;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A random-access file. Not thread-safe. */
public interface ByteSource extends Closeable {

  /** Name of the file for messages. */
  String name();

  /** Length in bytes by the file system. */
  long length();

  /**
   * Reads {@code count} bytes from {@code position} into the start of {@code into}.
   *
   * @throws EOFException if the file ends earlier
   */
  void read(long position, byte[] into, int count) throws IOException;

  /**
   * As {@link #read}, at any position of a source that is otherwise read from its start to its end.
   */
  default void peek(long position, byte[] into, int count) throws IOException {
    read(position, into, count);
  }

  /**
   * Memory-maps a range of the file, read-only. The mapping stays valid after the source is closed.
   *
   * @return the bytes; empty if the source does not support mapping
   * @throws EOFException if the file ends earlier
   */
  default Optional<ByteBuffer> map(long position, int count) throws IOException {
    return Optional.empty();
  }
}

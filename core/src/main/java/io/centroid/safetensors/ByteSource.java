package io.centroid.safetensors;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;

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
}

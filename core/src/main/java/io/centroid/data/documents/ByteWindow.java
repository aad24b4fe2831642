package io.centroid.data.documents;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A sliding buffer over a stream: bytes {@link #from} to {@link #to} of {@link #bytes} are
 * available. Not thread-safe.
 */
final class ByteWindow implements Closeable {
  private static final int FIRST = 1 << 16;

  private final InputStream stream;
  private byte[] bytes = new byte[FIRST];
  private int from;
  private int to;
  private long offset;
  private long left;
  private final boolean bounded;

  /**
   * A window on a stream.
   *
   * @param offset current offset of the stream in its file
   * @param end offset at which the window ends; {@link Long#MAX_VALUE} for the end of the stream
   */
  ByteWindow(InputStream stream, long offset, long end) {
    this.stream = stream;
    this.offset = offset;
    this.left = end - offset;
    this.bounded = end != Long.MAX_VALUE;
  }

  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int size() {
    return to - from;
  }

  /** Offset of the first byte of the window in the file. */
  long offset() {
    return offset;
  }

  /**
   * Reads more bytes.
   *
   * @param most maximum size of the window in bytes
   * @return false if the window is full or the stream has ended
   */
  boolean more(int most) throws IOException {
    if (size() >= most || left == 0) {
      return false;
    }
    if (to == bytes.length) {
      makeRoom(most);
    }
    int wanted = (int) Math.min(left, Math.min(most - size(), bytes.length - to));
    int read = stream.read(bytes, to, wanted);
    if (read < 0) {
      if (bounded) {
        throw new EOFException("shorter than when it was listed: " + left + " bytes are missing");
      }
      left = 0;
      return false;
    }
    to += read;
    left -= read;
    return true;
  }

  /** Drops the first bytes. */
  void advance(int count) {
    from += count;
    offset += count;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  private void makeRoom(int most) {
    int size = size();
    byte[] room =
        size > bytes.length / 2
            ? new byte[(int) Math.min(Math.max(most, FIRST), 2L * bytes.length)]
            : bytes;
    System.arraycopy(bytes, from, room, 0, size);
    bytes = room.length == size ? Arrays.copyOf(room, size + 1) : room;
    from = 0;
    to = size;
  }
}

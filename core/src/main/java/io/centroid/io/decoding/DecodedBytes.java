package io.centroid.io.decoding;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes in chunks, so that memory is proportional to the bytes read and the length is not limited
 * by an array. Immutable; shared by threads.
 */
final class DecodedBytes {
  private static final int CHUNK = 1 << 20;

  private final List<byte[]> chunks;
  private final long length;

  private DecodedBytes(List<byte[]> chunks, long length) {
    this.chunks = chunks;
    this.length = length;
  }

  /** Reads a stream to its end, or until more than {@code most} bytes are read. */
  static DecodedBytes readUpTo(InputStream stream, long most) throws IOException {
    List<byte[]> chunks = new ArrayList<>();
    long length = 0;
    while (true) {
      // One byte beyond the limit detects a longer stream.
      int wanted = most - length < CHUNK ? (int) (most - length) + 1 : CHUNK;
      byte[] chunk = stream.readNBytes(wanted);
      if (chunk.length > 0) {
        chunks.add(chunk);
        length += chunk.length;
      }
      if (chunk.length < CHUNK) {
        return new DecodedBytes(chunks, length);
      }
    }
  }

  long length() {
    return length;
  }

  int read(long position, byte[] target, int offset, int count) {
    if (position >= length) {
      return -1;
    }
    byte[] chunk = chunks.get((int) (position / CHUNK));
    int from = (int) (position % CHUNK);
    int copied = Math.min(count, chunk.length - from);
    System.arraycopy(chunk, from, target, offset, copied);
    return copied;
  }
}

package io.centroid.io.decoding;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes in chunks, so that memory grows with what is really read and no single array limits the
 * length. Immutable once read; shared by threads.
 */
final class DecodedBytes {
  private static final int CHUNK = 1 << 20;

  private final List<byte[]> chunks;
  private final long length;

  private DecodedBytes(List<byte[]> chunks, long length) {
    this.chunks = chunks;
    this.length = length;
  }

  /** Reads a stream to its end, or until it holds more than {@code most} bytes. */
  static DecodedBytes readUpTo(InputStream stream, long most) throws IOException {
    List<byte[]> chunks = new ArrayList<>();
    long length = 0;
    while (true) {
      // One byte beyond the limit shows that the stream goes on.
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

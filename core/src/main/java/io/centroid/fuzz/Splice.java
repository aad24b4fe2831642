package io.centroid.fuzz;

import java.nio.ByteBuffer;

/** Bytes with a stretch of them replaced. */
final class Splice {
  private Splice() {}

  static byte[] replace(byte[] bytes, int from, int to, byte[] with) {
    return ByteBuffer.allocate(bytes.length - (to - from) + with.length)
        .put(bytes, 0, from)
        .put(with)
        .put(bytes, to, bytes.length - to)
        .array();
  }

  static byte[] insert(byte[] bytes, int at, byte[] inserted) {
    return replace(bytes, at, at, inserted);
  }
}

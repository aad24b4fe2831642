package io.centroid.averaging.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** Allocates and opens payload buffers, with the checks that all codecs share. */
final class Payload {
  private Payload() {}

  /** Allocates the payload for {@code values[from..to)}. */
  static ByteBuffer create(Codec codec, float[] values, int from, int to) {
    Objects.checkFromToIndex(from, to, values.length);
    return ByteBuffer.allocate(codec.size(to - from)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Opens a payload to decode it to {@code into[from..to)}.
   *
   * @throws IllegalArgumentException if its length is wrong
   */
  static ByteBuffer open(Codec codec, byte[] bytes, float[] into, int from, int to) {
    Objects.checkFromToIndex(from, to, into.length);
    int expected = codec.size(to - from);
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          "a payload of "
              + (to - from)
              + " values in "
              + codec
              + " must have "
              + expected
              + " bytes: "
              + bytes.length);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

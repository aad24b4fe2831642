package io.centroid.averaging.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** The bytes of a payload as codecs write and read them, after the checks they share. */
final class Payload {
  private Payload() {}

  /** An empty payload for {@code values[from..to)}. */
  static ByteBuffer create(Codec codec, float[] values, int from, int to) {
    Objects.checkFromToIndex(from, to, values.length);
    return ByteBuffer.allocate(codec.size(to - from)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * A payload to be decoded to {@code into[from..to)}.
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

package io.centroid.average;

import java.nio.ByteBuffer;

/**
 * The upper half of a float (bfloat16: its range, 8 bits of precision), rounded to the nearest,
 * ties to even: two bytes a value. Finite values that would round to infinity become the largest.
 */
public record BFloat16Codec() implements Codec {
  private static final int INFINITY = 0x7f800000;

  @Override
  public boolean isExact() {
    return false;
  }

  @Override
  public int size(int count) {
    return Math.multiplyExact(count, Short.BYTES);
  }

  @Override
  public byte[] encode(float[] values, int from, int to) {
    ByteBuffer payload = Payload.create(this, values, from, to);
    for (int i = from; i < to; i++) {
      payload.putShort((i - from) * Short.BYTES, toUpperHalf(values[i]));
    }
    return payload.array();
  }

  @Override
  public void decode(byte[] bytes, float[] into, int from, int to) {
    ByteBuffer payload = Payload.open(this, bytes, into, from, to);
    for (int i = from; i < to; i++) {
      into[i] = Float.intBitsToFloat(payload.getShort((i - from) * Short.BYTES) << 16);
    }
  }

  static short toUpperHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x7f7f8000) {
      int sign = (bits >>> 16) & 0x8000;
      int limit = magnitude < INFINITY ? 0x7f7f : magnitude == INFINITY ? 0x7f80 : 0x7fc0;
      return (short) (sign | limit);
    }
    int odd = (bits >>> 16) & 1;
    return (short) ((bits + 0x7fff + odd) >>> 16);
  }
}

package io.centroid.average;

import java.nio.ByteBuffer;

/**
 * IEEE 754 half precision, rounded to the nearest, ties to even: two bytes a value. Finite values
 * too large for it become the largest half, 65504.
 */
public record Float16Codec() implements Codec {
  private static final int INFINITY = 0x7f800000;

  /** 65520, from which on rounding leaves the finite halves. */
  private static final int OVERFLOW = 0x477ff000;

  /** 2^-14, the smallest normal half. */
  private static final int SMALLEST_NORMAL = 0x38800000;

  /** What moves a float's exponent, whose bias is 127, to a half's, whose bias is 15. */
  private static final int REBIAS = (127 - 15) << 23;

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
      payload.putShort((i - from) * Short.BYTES, toHalf(values[i]));
    }
    return payload.array();
  }

  @Override
  public void decode(byte[] bytes, float[] into, int from, int to) {
    ByteBuffer payload = Payload.open(this, bytes, into, from, to);
    for (int i = from; i < to; i++) {
      into[i] = toFloat(payload.getShort((i - from) * Short.BYTES));
    }
  }

  static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    return (short) (sign | toHalfMagnitude(magnitude));
  }

  private static int toHalfMagnitude(int magnitude) {
    if (magnitude >= OVERFLOW) {
      return magnitude < INFINITY ? 0x7bff : magnitude == INFINITY ? 0x7c00 : 0x7e00;
    }
    if (magnitude < SMALLEST_NORMAL) {
      // The last bit of a float in [0.5, 1) is worth as much as a subnormal half's: adding rounds.
      return Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f)
          - Float.floatToRawIntBits(0.5f);
    }
    int odd = (magnitude >>> 13) & 1;
    return (magnitude - REBIAS + 0xfff + odd) >>> 13;
  }

  static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int magnitude = half & 0x7fff;
    int bits =
        magnitude >= 0x7c00
            ? INFINITY + ((magnitude - 0x7c00) << 13)
            : magnitude >= 0x400
                ? (magnitude << 13) + REBIAS
                : Float.floatToRawIntBits(magnitude * 0x1p-24f);
    return Float.intBitsToFloat(sign | bits);
  }
}

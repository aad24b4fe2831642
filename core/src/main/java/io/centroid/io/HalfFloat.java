package io.centroid.io;

/**
 * The 16-bit floating-point formats. Widening is exact, including NaN payloads. Narrowing rounds to
 * nearest even and saturates finite values at the largest of the format.
 */
public enum HalfFloat {
  /** IEEE 754 half precision: 11 bits of precision, up to 65504. */
  FP16,
  /** bfloat16, the upper half of a float: its range, 8 bits of precision. */
  BF16;

  private static final int INFINITY = 0x7f800000;

  /** 65520, the smallest float that rounds to an infinite half. */
  private static final int OVERFLOW = 0x477ff000;

  /** 2^-14, the smallest normal half. */
  private static final int SMALLEST_NORMAL = 0x38800000;

  /** Difference of the exponent biases of float (127) and half (15). */
  private static final int REBIAS = (127 - 15) << 23;

  public short narrow(float value) {
    int bits = Float.floatToRawIntBits(value);
    int magnitude = bits & 0x7fffffff;
    int narrowed = this == BF16 ? upperHalf(magnitude) : half(magnitude);
    return (short) ((bits >>> 16) & 0x8000 | narrowed);
  }

  public float widen(short half) {
    return Float.intBitsToFloat(this == BF16 ? half << 16 : floatBits(half));
  }

  private static int upperHalf(int magnitude) {
    if (magnitude >= 0x7f7f8000) {
      return magnitude < INFINITY ? 0x7f7f : magnitude == INFINITY ? 0x7f80 : 0x7fc0;
    }
    int odd = (magnitude >>> 16) & 1;
    return (magnitude + 0x7fff + odd) >>> 16;
  }

  private static int half(int magnitude) {
    if (magnitude >= OVERFLOW) {
      return magnitude < INFINITY ? 0x7bff : magnitude == INFINITY ? 0x7c00 : 0x7e00;
    }
    if (magnitude < SMALLEST_NORMAL) {
      // A float in [0.5, 1) and a subnormal half have the same ulp, so the addition rounds.
      return Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f)
          - Float.floatToRawIntBits(0.5f);
    }
    int odd = (magnitude >>> 13) & 1;
    return (magnitude - REBIAS + 0xfff + odd) >>> 13;
  }

  private static int floatBits(short half) {
    int sign = (half & 0x8000) << 16;
    int magnitude = half & 0x7fff;
    if (magnitude >= 0x7c00) {
      return sign | (INFINITY + ((magnitude - 0x7c00) << 13));
    }
    // A subnormal half, or zero, is a multiple of 2^-24, which a float represents exactly.
    return sign
        | (magnitude >= 0x400
            ? (magnitude << 13) + REBIAS
            : Float.floatToRawIntBits(magnitude * 0x1p-24f));
  }
}

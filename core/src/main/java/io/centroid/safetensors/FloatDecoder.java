package io.centroid.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns little-endian stored elements into floats. IEEE 754 binary16 and bfloat16 widen exactly,
 * NaN payloads included; binary64 rounds to the nearest float.
 */
final class FloatDecoder {
  private FloatDecoder() {}

  /** Whether {@link #decode} reads this type. */
  static boolean reads(DType dtype) {
    return switch (dtype) {
      case F64, F32, F16, BF16 -> true;
      case F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> false;
    };
  }

  static void decode(DType dtype, byte[] stored, float[] into, int offset, int count) {
    ByteBuffer buffer =
        ByteBuffer.wrap(stored, 0, count * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case F32 -> buffer.asFloatBuffer().get(into, offset, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = (float) buffer.getDouble();
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = Float.intBitsToFloat(halfToFloatBits(buffer.getShort()));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = Float.intBitsToFloat(buffer.getShort() << 16);
        }
      }
      case F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a floating-point type that is read: " + dtype);
    }
  }

  private static int halfToFloatBits(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0x1f) {
      return sign | 0x7f800000 | (fraction << 13);
    }
    if (exponent != 0) {
      return sign | ((exponent + 127 - 15) << 23) | (fraction << 13);
    }
    // Subnormal or zero: fraction times 2^-24, which a float holds exactly.
    return sign | Float.floatToRawIntBits(fraction * 0x1p-24f);
  }
}

package io.centroid.checkpoint.safetensors;

import io.centroid.io.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Decodes little-endian elements to floats. IEEE 754 binary16 and bfloat16 widen exactly, NaN
 * payloads included; binary64 rounds to the nearest float.
 */
final class FloatDecoder {
  private FloatDecoder() {}

  /** Whether {@link #decode} supports this type. */
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
      case F16 -> widen(HalfFloat.FP16, buffer, into, offset, count);
      case BF16 -> widen(HalfFloat.BF16, buffer, into, offset, count);
      case F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a supported floating-point type: " + dtype);
    }
  }

  private static void widen(
      HalfFloat format, ByteBuffer stored, float[] into, int offset, int count) {
    for (int i = 0; i < count; i++) {
      into[offset + i] = format.widen(stored.getShort(i * Short.BYTES));
    }
  }
}

package io.centroid.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FloatDecoderTest {

  @ParameterizedTest
  @CsvSource({
    "0x0000, 0x00000000", // zero
    "0x8000, 0x80000000", // negative zero
    "0x0001, 0x33800000", // smallest subnormal, 2^-24
    "0x83ff, 0xb87fc000", // largest subnormal, negative
    "0x0400, 0x38800000", // smallest normal, 2^-14
    "0x3555, 0x3eaaa000", // about a third
    "0x3c00, 0x3f800000", // one
    "0x7bff, 0x477fe000", // 65504
    "0x7c00, 0x7f800000", // infinity
    "0xfc00, 0xff800000", // negative infinity
    "0x7e01, 0x7fc02000" // NaN with a payload
  })
  void widensHalves(String half, String bits) throws IOException {
    assertThat(readBits("F16", half)).isEqualTo(Integer.parseUnsignedInt(bits.substring(2), 16));
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000, 0x00000000",
    "0x8000, 0x80000000",
    "0x0001, 0x00010000", // a subnormal
    "0x3f80, 0x3f800000",
    "0xc049, 0xc0490000",
    "0x7f80, 0x7f800000",
    "0xff80, 0xff800000",
    "0x7fc1, 0x7fc10000"
  })
  void widensBrainFloats(String stored, String bits) throws IOException {
    assertThat(readBits("BF16", stored)).isEqualTo(Integer.parseUnsignedInt(bits.substring(2), 16));
  }

  @Test
  void roundsDoubles() throws IOException {
    double[] values = {0.1, -0.0, 1e300, -1e300, 1e-45, 1e-50, Double.NaN, 16777217.0};
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      data.putDouble(value);
    }
    assertThat(read("F64", values.length, data.array()))
        .containsExactly(
            0.1f,
            -0.0f,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.MIN_VALUE,
            0f,
            Float.NaN,
            16777216f);
  }

  @Test
  void everyFiniteHalfHasItsArithmeticValue() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int half = 0; half < 1 << 16; half++) {
      data.putShort((short) half);
    }
    float[] read = read("F16", 1 << 16, data.array());
    for (int half = 0; half < 1 << 16; half++) {
      int exponent = (half >> 10) & 31;
      int fraction = half & 1023;
      if (exponent < 31) {
        double magnitude =
            exponent == 0
                ? Math.scalb((double) fraction, -24)
                : Math.scalb(1.0 + fraction / 1024.0, exponent - 15);
        assertThat((double) read[half]).isEqualTo(half < 0x8000 ? magnitude : -magnitude);
      }
    }
  }

  private static int readBits(String dtype, String stored) throws IOException {
    int value = Integer.parseInt(stored.substring(2), 16);
    byte[] data = {(byte) value, (byte) (value >> 8)};
    return Float.floatToRawIntBits(read(dtype, 1, data)[0]);
  }

  private static float[] read(String dtype, int elements, byte[] data) throws IOException {
    byte[] file = SafetensorsBytes.single(dtype, elements, data);
    try (SafetensorsReader reader = new SafetensorsReader(SafetensorsBytes.source(file))) {
      return reader.readFloats("t");
    }
  }
}

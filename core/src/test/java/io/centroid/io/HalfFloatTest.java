package io.centroid.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Conversion of all 16-bit values of both formats and of the floats between neighbors. */
class HalfFloatTest {

  @Test
  void everyIeeeHalfSurvivesARoundTrip() {
    for (int half = 0; half < 0x10000; half++) {
      float value = HalfFloat.FP16.widen((short) half);
      int exponent = (half >>> 10) & 31;
      int fraction = half & 0x3ff;
      double magnitude =
          exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Math.pow(2, exponent - 25);
      if (exponent < 31) {
        assertThat(Float.floatToRawIntBits(value))
            .as("half %x", half)
            .isEqualTo(Float.floatToRawIntBits((float) (half < 0x8000 ? magnitude : -magnitude)));
      } else if (fraction == 0) {
        assertThat(value)
            .isEqualTo(half < 0x8000 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY);
      } else {
        assertThat(value).isNaN();
        assertThat(HalfFloat.FP16.widen(HalfFloat.FP16.narrow(value))).isNaN();
        continue;
      }
      assertThat(HalfFloat.FP16.narrow(value)).as("half %x", half).isEqualTo((short) half);
    }
  }

  @Test
  void narrowingRoundsToNearestEven() {
    for (int half = 0; half < 0x7bff; half++) {
      float low = HalfFloat.FP16.widen((short) half);
      float high = HalfFloat.FP16.widen((short) (half + 1));
      float middle = low + (high - low) / 2;
      requireHalf(Math.nextDown(middle), half);
      requireHalf(middle, half % 2 == 0 ? half : half + 1);
      requireHalf(Math.nextUp(middle), half + 1);
    }
    requireHalf(65504, 0x7bff);
    requireHalf(65520, 0x7bff);
    requireHalf(Float.MAX_VALUE, 0x7bff);
    requireHalf(Float.POSITIVE_INFINITY, 0x7c00);
    requireHalf(Float.MIN_VALUE, 0);
  }

  @Test
  void everyBfloatSurvivesARoundTripAndNarrowingRoundsToNearestEven() {
    for (int half = 0; half < 0x7f7f; half++) {
      float low = HalfFloat.BF16.widen((short) half);
      assertThat(Float.floatToRawIntBits(low)).isEqualTo(half << 16);
      float middle = Float.intBitsToFloat((half << 16) | 0x8000);
      requireBfloat(low, half);
      requireBfloat(Math.nextDown(middle), half);
      requireBfloat(middle, half % 2 == 0 ? half : half + 1);
      requireBfloat(Math.nextUp(middle), half + 1);
    }
    requireBfloat(Float.MAX_VALUE, 0x7f7f);
    requireBfloat(Float.POSITIVE_INFINITY, 0x7f80);
    for (int nan : new int[] {0x7f800001, 0x7fc00000, 0x7fffffff, 0xff800001, 0xffffffff}) {
      assertThat(HalfFloat.BF16.widen(HalfFloat.BF16.narrow(Float.intBitsToFloat(nan)))).isNaN();
    }
  }

  private static void requireHalf(float value, int half) {
    if (HalfFloat.FP16.narrow(value) != (short) half
        || HalfFloat.FP16.narrow(-value) != (short) (half | 0x8000)) {
      throw new AssertionError(value + " is not rounded to " + Integer.toHexString(half));
    }
  }

  private static void requireBfloat(float value, int half) {
    if (HalfFloat.BF16.narrow(value) != (short) half
        || HalfFloat.BF16.narrow(-value) != (short) (half | 0x8000)) {
      throw new AssertionError(value + " is not rounded to " + Integer.toHexString(half));
    }
  }
}

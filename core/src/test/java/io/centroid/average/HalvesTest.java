package io.centroid.average;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** All halves of both kinds, and the floats between each two neighbours. */
class HalvesTest {

  @Test
  void everyIeeeHalfIsDecodedAsItsDefinitionSaysAndBack() {
    for (int half = 0; half < 0x10000; half++) {
      float value = Float16Codec.toFloat((short) half);
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
        assertThat(Float16Codec.toFloat(Float16Codec.toHalf(value))).isNaN();
        continue;
      }
      assertThat(Float16Codec.toHalf(value)).as("half %x", half).isEqualTo((short) half);
    }
  }

  @Test
  void betweenNeighboursAHalfIsTheNearestAndATieIsEven() {
    for (int half = 0; half < 0x7bff; half++) {
      float low = Float16Codec.toFloat((short) half);
      float high = Float16Codec.toFloat((short) (half + 1));
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
  void everyBfloatSurvivesAndBetweenNeighboursTheNearestIsTakenTiesToEven() {
    for (int half = 0; half < 0x7f7f; half++) {
      float low = Float.intBitsToFloat(half << 16);
      float middle = Float.intBitsToFloat((half << 16) | 0x8000);
      requireBfloat(low, half);
      requireBfloat(Math.nextDown(middle), half);
      requireBfloat(middle, half % 2 == 0 ? half : half + 1);
      requireBfloat(Math.nextUp(middle), half + 1);
    }
    requireBfloat(Float.MAX_VALUE, 0x7f7f);
    requireBfloat(Float.POSITIVE_INFINITY, 0x7f80);
    for (int nan : new int[] {0x7f800001, 0x7fc00000, 0x7fffffff, 0xff800001, 0xffffffff}) {
      assertThat(Float.intBitsToFloat(BFloat16Codec.toUpperHalf(Float.intBitsToFloat(nan)) << 16))
          .isNaN();
    }
  }

  private static void requireHalf(float value, int half) {
    if (Float16Codec.toHalf(value) != (short) half
        || Float16Codec.toHalf(-value) != (short) (half | 0x8000)) {
      throw new AssertionError(value + " is not rounded to " + Integer.toHexString(half));
    }
  }

  private static void requireBfloat(float value, int half) {
    if (BFloat16Codec.toUpperHalf(value) != (short) half
        || BFloat16Codec.toUpperHalf(-value) != (short) (half | 0x8000)) {
      throw new AssertionError(value + " is not rounded to " + Integer.toHexString(half));
    }
  }
}

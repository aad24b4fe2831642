package io.centroid.nn.kernels;

import java.util.Arrays;

/**
 * Array loops that the JIT compiler vectorizes: each method is one simple loop with the same index
 * for all arrays. Results are bitwise identical on every machine, as Java's float arithmetic is,
 * fused multiply-add included. A CPU without FMA instructions (none sold since 2013) is very slow.
 */
final class VectorMath {
  private static final float LOG2_E = 1.44269504f;
  // ln 2 in two parts; the first ends in zero bits, so that n * LN2_HIGH is exact (Cody and Waite).
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  // Adding it leaves the nearest integer in the lowest bits.
  private static final float ROUNDING = 12582912f;
  // A smaller power is denormal, which is a hundred times slower.
  private static final float LEAST_EXPONENT = -87.3f;
  private static final float LARGEST_TANH = 7.90531110763549805f;
  private static final float SQRT_2_OVER_PI = 0.7978845608028654f;
  private static final float CUBIC = 0.044715f;
  // Chunk size of exp: its three arrays fit the L1 cache.
  private static final int CHUNK = 2048;
  // Independent running sums and maxima: a single one would not be vectorized.
  private static final int LANES = 256;

  private VectorMath() {}

  /** Scratch buffers of {@link #exp}. */
  static final class ExpBuffers {
    private float[] shifted = {};
    private int[] bits = {};

    private void reserve(int length) {
      if (shifted.length < length) {
        shifted = new float[length];
        bits = new int[length];
      }
    }
  }

  /**
   * x = e^(x - shift) for values that are not above the shift, with an error of about 1 ulp;
   * differences are clamped to at least -87.3. NaN propagates.
   */
  static void exp(float[] x, int from, int to, float shift, ExpBuffers buffers) {
    buffers.reserve(to);
    for (int start = from; start < to; start += CHUNK) {
      int end = Math.min(to, start + CHUNK);
      exponents(x, buffers.shifted, start, end, shift);
      fractions(x, buffers.shifted, start, end, shift);
      bits(buffers.shifted, buffers.bits, start, end);
      exponentBits(buffers.bits, start, end);
      floats(buffers.bits, buffers.shifted, start, end);
      multiply(x, buffers.shifted, start, end);
    }
  }

  private static void exponents(float[] x, float[] shifted, int from, int to, float shift) {
    for (int i = from; i < to; i++) {
      shifted[i] = Math.fma(Math.max(LEAST_EXPONENT, x[i] - shift), LOG2_E, ROUNDING);
    }
  }

  /** e^r for the remainder r, by the polynomial of Moshier's Cephes library. */
  private static void fractions(float[] x, float[] shifted, int from, int to, float shift) {
    for (int i = from; i < to; i++) {
      float whole = shifted[i] - ROUNDING;
      float r = Math.fma(whole, -LN2_HIGH, Math.max(LEAST_EXPONENT, x[i] - shift));
      r = Math.fma(whole, -LN2_LOW, r);
      float p = 1.9875691500e-4f;
      p = Math.fma(p, r, 1.3981999507e-3f);
      p = Math.fma(p, r, 8.3334519073e-3f);
      p = Math.fma(p, r, 4.1665795894e-2f);
      p = Math.fma(p, r, 1.6666665459e-1f);
      p = Math.fma(p, r, 5.0000001201e-1f);
      x[i] = Math.fma(p * r, r, r) + 1;
    }
  }

  private static void bits(float[] x, int[] bits, int from, int to) {
    for (int i = from; i < to; i++) {
      bits[i] = Float.floatToRawIntBits(x[i]);
    }
  }

  private static void exponentBits(int[] bits, int from, int to) {
    for (int i = from; i < to; i++) {
      bits[i] = (bits[i] + 127) << 23;
    }
  }

  private static void floats(int[] bits, float[] x, int from, int to) {
    for (int i = from; i < to; i++) {
      x[i] = Float.intBitsToFloat(bits[i]);
    }
  }

  /**
   * GPT-2's GELU by tanh (Hendrycks and Gimpel, "Gaussian error linear units", 2016), with tanh as
   * Eigen's rational function. Replaces x by the derivative and writes the value to {@code out};
   * {@code tanh} is a scratch array.
   */
  static void gelu(float[] x, float[] out, float[] tanh, int from, int to) {
    // Four loops: the JIT compiler does not vectorize a longer one.
    inner(x, tanh, from, to);
    numerators(tanh, out, from, to);
    quotients(tanh, out, from, to);
    products(x, out, tanh, from, to);
  }

  private static void inner(float[] x, float[] inner, int from, int to) {
    for (int i = from; i < to; i++) {
      float v = x[i];
      float scaled = SQRT_2_OVER_PI * (v + CUBIC * v * v * v);
      inner[i] = Math.max(-LARGEST_TANH, Math.min(LARGEST_TANH, scaled));
    }
  }

  /** x = tanh(x); {@code scratch} is a scratch array. */
  static void tanh(float[] x, float[] scratch, int from, int to) {
    bound(x, from, to);
    numerators(x, scratch, from, to);
    quotients(x, scratch, from, to);
  }

  private static void bound(float[] x, int from, int to) {
    for (int i = from; i < to; i++) {
      x[i] = Math.max(-LARGEST_TANH, Math.min(LARGEST_TANH, x[i]));
    }
  }

  private static void numerators(float[] x, float[] numerators, int from, int to) {
    for (int i = from; i < to; i++) {
      float c = x[i];
      float c2 = c * c;
      float p = -2.76076847742355e-16f;
      p = Math.fma(p, c2, 2.00018790482477e-13f);
      p = Math.fma(p, c2, -8.60467152213735e-11f);
      p = Math.fma(p, c2, 5.12229709037114e-08f);
      p = Math.fma(p, c2, 1.48572235717979e-05f);
      p = Math.fma(p, c2, 6.37261928875436e-04f);
      p = Math.fma(p, c2, 4.89352455891786e-03f);
      numerators[i] = p * c;
    }
  }

  private static void quotients(float[] x, float[] numerators, int from, int to) {
    for (int i = from; i < to; i++) {
      float c2 = x[i] * x[i];
      float q = 1.19825839466702e-06f;
      q = Math.fma(q, c2, 1.18534705686654e-04f);
      q = Math.fma(q, c2, 2.26843463243900e-03f);
      q = Math.fma(q, c2, 4.89352518554385e-03f);
      x[i] = numerators[i] / q;
    }
  }

  private static void products(float[] x, float[] out, float[] tanh, int from, int to) {
    for (int i = from; i < to; i++) {
      float v = x[i];
      float t = tanh[i];
      float half = 0.5f * (1 + t);
      out[i] = v * half;
      x[i] = half + 0.5f * v * (1 - t * t) * SQRT_2_OVER_PI * (1 + 3 * CUBIC * v * v);
    }
  }

  static void multiply(float[] x, float[] by, int from, int to) {
    for (int i = from; i < to; i++) {
      x[i] *= by[i];
    }
  }

  static void scale(float[] x, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      x[i] *= factor;
    }
  }

  static void add(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      x[i] += y[i];
    }
  }

  /** Sum in interleaved parts, which limits rounding errors. */
  static float sum(float[] x, int from, int to) {
    if (to - from < 2 * LANES) {
      return sumOfEighths(x, from, to);
    }
    float[] lanes = Arrays.copyOfRange(x, from, from + LANES);
    float[] next = new float[LANES];
    int i = from + LANES;
    for (; i + LANES <= to; i += LANES) {
      System.arraycopy(x, i, next, 0, LANES);
      add(lanes, next, 0, LANES);
    }
    return sumOfEighths(lanes, 0, LANES) + sumOfEighths(x, i, to);
  }

  private static float sumOfEighths(float[] x, int from, int to) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = from;
    for (; i + 7 < to; i += 8) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
      e += x[i + 4];
      f += x[i + 5];
      g += x[i + 6];
      h += x[i + 7];
    }
    for (; i < to; i++) {
      a += x[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  /** Dot product, in interleaved parts as {@link #sum}. */
  static float dot(float[] x, float[] y, int from, int to) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (; i < to; i++) {
      a += x[i] * y[i];
    }
    return (a + b) + (c + d);
  }

  /** The largest value; NaN if any value is NaN. */
  static float largest(float[] x, int from, int to) {
    float largest = Float.NEGATIVE_INFINITY;
    int i = from;
    if (to - from >= 2 * LANES) {
      float[] lanes = Arrays.copyOfRange(x, from, from + LANES);
      float[] next = new float[LANES];
      for (i += LANES; i + LANES <= to; i += LANES) {
        System.arraycopy(x, i, next, 0, LANES);
        raise(lanes, next);
      }
      largest = largest(lanes, 0, LANES);
    }
    for (; i < to; i++) {
      largest = Math.max(largest, x[i]);
    }
    return largest;
  }

  private static void raise(float[] x, float[] to) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.max(x[i], to[i]);
    }
  }

  /**
   * Dropout mask: 0 with probability {@code threshold / 2^31}, else {@code kept}. A factor is a
   * 32-bit hash (Wellons' "lowbias32") of the seed and the value's index.
   */
  static void dropout(
      float[] factors, int[] bits, int length, long number, int seed, int threshold, float kept) {
    int first = (int) number * 0x9E3779B9 + seed;
    hashes(bits, length, first);
    mix(bits, length, 16, 0x21f0aaad);
    mix(bits, length, 15, 0x735a2d97);
    select(bits, length, threshold, Float.floatToRawIntBits(kept));
    floats(bits, factors, 0, length);
  }

  private static void hashes(int[] bits, int length, int first) {
    for (int i = 0; i < length; i++) {
      bits[i] = first + i * 0x9E3779B9;
    }
  }

  private static void mix(int[] bits, int length, int shift, int factor) {
    for (int i = 0; i < length; i++) {
      bits[i] = (bits[i] ^ (bits[i] >>> shift)) * factor;
    }
  }

  private static void select(int[] bits, int length, int threshold, int kept) {
    for (int i = 0; i < length; i++) {
      int unit = (bits[i] ^ (bits[i] >>> 15)) >>> 1;
      bits[i] = ~((unit - threshold) >> 31) & kept;
    }
  }
}

package io.centroid.averaging.codec;

import org.jspecify.annotations.Nullable;

/**
 * Compression whose error is not lost but sent later: what a codec leaves out of a delta is added
 * to the worker's next one (Seide et al., "1-bit stochastic gradient descent", Interspeech 2014;
 * Karimireddy et al., arXiv 1901.09847). Pure.
 */
public final class ErrorFeedback {
  private ErrorFeedback() {}

  /**
   * Encodes one slice of a delta and what the slices before left of it.
   *
   * @param residual of the whole vector; null means none
   * @param left gets the slice's new residual, a whole vector too; null for a codec that is exact
   * @param offset of the slice in the whole vector, a multiple of {@link Codec#BLOCK}
   */
  public static byte[] slice(
      Codec codec,
      float[] delta,
      float @Nullable [] residual,
      float @Nullable [] left,
      int offset) {
    if (offset < 0 || offset % Codec.BLOCK != 0) {
      throw new IllegalArgumentException(
          "a slice must begin at a multiple of " + Codec.BLOCK + ": " + offset);
    }
    int end = offset + delta.length;
    if (residual != null && residual.length < end) {
      throw new IllegalArgumentException(
          "the residual has " + residual.length + " values, the slice ends at " + end);
    }
    float[] wanted = residual == null ? delta : sum(delta, residual, offset);
    byte[] payload = codec.encode(wanted, 0, wanted.length);
    if (left != null) {
      codec.decode(payload, left, offset, end);
      for (int i = 0; i < wanted.length; i++) {
        left[offset + i] = wanted[i] - left[offset + i];
      }
    }
    return payload;
  }

  private static float[] sum(float[] delta, float[] residual, int offset) {
    float[] sum = new float[delta.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = delta[i] + residual[offset + i];
    }
    return sum;
  }
}

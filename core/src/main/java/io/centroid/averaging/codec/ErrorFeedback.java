package io.centroid.averaging.codec;

import org.jspecify.annotations.Nullable;

/**
 * Error feedback: the quantization error of a delta is added to the worker's next delta (Seide et
 * al., "1-bit stochastic gradient descent", Interspeech 2014; Karimireddy et al., arXiv
 * 1901.09847). Stateless.
 */
public final class ErrorFeedback {
  private ErrorFeedback() {}

  /**
   * Encodes one slice of the sum of a delta and the residual of the previous round.
   *
   * @param residual residual of the previous round for the whole vector; null means zeros
   * @param nextResidual receives the new residual of this slice at {@code offset}; null for a
   *     lossless codec
   * @param offset offset of the slice in the vector, a multiple of {@link Codec#BLOCK}
   */
  public static byte[] slice(
      Codec codec,
      float[] delta,
      float @Nullable [] residual,
      float @Nullable [] nextResidual,
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
    float[] corrected = residual == null ? delta : sum(delta, residual, offset);
    byte[] payload = codec.encode(corrected, 0, corrected.length);
    if (nextResidual != null) {
      codec.decode(payload, nextResidual, offset, end);
      for (int i = 0; i < corrected.length; i++) {
        nextResidual[offset + i] = corrected[i] - nextResidual[offset + i];
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

package io.centroid.average;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compression whose error is not lost but sent later: what a codec leaves out of a delta is added
 * to the worker's next one (Seide et al., "1-bit stochastic gradient descent", Interspeech 2014;
 * Karimireddy et al., arXiv 1901.09847). Pure.
 */
public final class ErrorFeedback {
  private ErrorFeedback() {}

  /**
   * A compressed delta.
   *
   * @param slices one payload a slice, in order
   * @param residual what the payloads lack, to be passed with the worker's next delta; null if they
   *     are exact
   */
  public record Compressed(List<byte[]> slices, float @Nullable [] residual) {
    public Compressed {
      slices = List.copyOf(slices);
    }
  }

  /**
   * Encodes {@code delta + residual}.
   *
   * @param residual as the worker's last call left it; null means none
   * @param sliceLength values a slice (the last may have fewer), a multiple of {@link Codec#BLOCK}
   */
  public static Compressed compress(
      Codec codec, float[] delta, float @Nullable [] residual, int sliceLength) {
    if (sliceLength < 1 || sliceLength % Codec.BLOCK != 0) {
      throw new IllegalArgumentException(
          "the length of a slice must be a multiple of " + Codec.BLOCK + ": " + sliceLength);
    }
    float[] wanted = residual == null ? delta : sum(delta, residual);
    float[] left = codec.isExact() ? null : new float[delta.length];
    List<byte[]> slices = new ArrayList<>();
    for (long next = 0; next < delta.length; next += sliceLength) {
      int from = (int) next;
      int to = (int) Math.min(next + sliceLength, delta.length);
      byte[] payload = codec.encode(wanted, from, to);
      slices.add(payload);
      if (left != null) {
        codec.decode(payload, left, from, to);
        for (int i = from; i < to; i++) {
          left[i] = wanted[i] - left[i];
        }
      }
    }
    return new Compressed(slices, left);
  }

  private static float[] sum(float[] delta, float[] residual) {
    if (residual.length != delta.length) {
      throw new IllegalArgumentException(
          "the residual has " + residual.length + " values, the delta " + delta.length);
    }
    float[] sum = new float[delta.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = delta[i] + residual[i];
    }
    return sum;
  }
}

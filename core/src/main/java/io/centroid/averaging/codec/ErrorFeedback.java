package io.centroid.averaging.codec;

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
    if (residual != null && residual.length != delta.length) {
      throw new IllegalArgumentException(
          "the residual has " + residual.length + " values, the delta " + delta.length);
    }
    float[] left = codec.isExact() ? null : new float[delta.length];
    List<byte[]> slices = new ArrayList<>();
    for (long next = 0; next < delta.length; next += sliceLength) {
      int from = (int) next;
      int to = (int) Math.min(next + sliceLength, delta.length);
      slices.add(slice(codec, delta, from, to, residual, left, from));
    }
    return new Compressed(slices, left);
  }

  /**
   * Encodes one slice, {@code values[from..to)} and what the slices before left of it.
   *
   * @param residual of the whole vector; null means none
   * @param left gets the slice's new residual, a whole vector too; null for a codec that is exact
   * @param offset of the slice in the whole vector
   */
  public static byte[] slice(
      Codec codec,
      float[] values,
      int from,
      int to,
      float @Nullable [] residual,
      float @Nullable [] left,
      int offset) {
    int length = to - from;
    float[] wanted = residual == null ? values : sum(values, from, residual, offset, length);
    int first = residual == null ? from : 0;
    byte[] payload = codec.encode(wanted, first, first + length);
    if (left != null) {
      codec.decode(payload, left, offset, offset + length);
      for (int i = 0; i < length; i++) {
        left[offset + i] = wanted[first + i] - left[offset + i];
      }
    }
    return payload;
  }

  private static float[] sum(float[] delta, int from, float[] residual, int offset, int length) {
    float[] sum = new float[length];
    for (int i = 0; i < length; i++) {
      sum[i] = delta[from + i] + residual[offset + i];
    }
    return sum;
  }
}

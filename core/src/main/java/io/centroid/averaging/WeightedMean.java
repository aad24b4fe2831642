package io.centroid.averaging;

import io.centroid.averaging.codec.Codec;
import java.util.Arrays;
import java.util.List;

/**
 * The weighted mean of vectors, which are added one at a time. Each element is summed in double
 * precision in the order of the calls, so that the result is bitwise identical on any machine and
 * for any slicing. Not thread-safe.
 */
public final class WeightedMean {
  private static final int PART = 16 * Codec.BLOCK;

  private final double[] sums;
  private double total;

  public WeightedMean(int length) {
    sums = new double[length];
  }

  /**
   * Writes the weighted mean of encoded slices to {@code into[from..to)}; zeros if there are none.
   * It is computed in parts, whose sums stay in the processor's cache.
   *
   * @param weights weight of each payload
   * @throws IllegalArgumentException if a payload is not for {@code to - from} values
   */
  public static void ofPayloads(
      Codec codec, List<byte[]> payloads, List<Long> weights, float[] into, int from, int to) {
    for (byte[] payload : payloads) {
      if (payload.length != codec.size(to - from)) {
        throw new IllegalArgumentException(
            "expected " + codec.size(to - from) + " bytes, found " + payload.length);
      }
    }
    for (int start = 0, end; start < to - from; start = end) {
      end = Math.min(to - from - start, PART) + start;
      WeightedMean sum = new WeightedMean(end - start);
      float[] values = new float[end - start];
      for (int i = 0; i < payloads.size(); i++) {
        byte[] part = Arrays.copyOfRange(payloads.get(i), codec.size(start), codec.size(end));
        codec.decode(part, values, 0, values.length);
        sum.add(values, weights.get(i));
      }
      System.arraycopy(sum.mean(), 0, into, from + start, values.length);
    }
  }

  /**
   * Adds a vector. The last bits of the mean depend on the order of the calls.
   *
   * @param weight weight of the vector; 0 skips it, even if it has NaN values
   */
  public void add(float[] values, double weight) {
    if (values.length != sums.length) {
      throw new IllegalArgumentException(
          "a vector must have " + sums.length + " values: " + values.length);
    }
    if (weight == 0) {
      return;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * values[i];
    }
    total += weight;
  }

  /**
   * {@code sum(weight * values) / sum(weight)} of the vectors so far; zeros if all weights are 0.
   */
  public float[] mean() {
    float[] mean = new float[sums.length];
    if (total == 0) {
      return mean;
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / total);
    }
    return mean;
  }
}

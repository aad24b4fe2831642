package io.centroid.train.worker;

import io.centroid.averaging.codec.Codec;
import java.io.Serializable;

/**
 * Partition of a parameter vector into slices of equal length; the last may be shorter. Slices
 * start at codec blocks, so that encoding slices equals encoding the vector.
 *
 * @param parameters length of the vector
 * @param length length of a slice
 */
public record Slicing(int parameters, int length) implements Serializable {

  /** Maximum length of a slice, whose payload fits an array at up to 8 bytes per value. */
  static final int MAX_LENGTH = Integer.MAX_VALUE / 8 / Codec.BLOCK * Codec.BLOCK;

  /**
   * A partition into at most {@code slices} slices, or more if they would be longer than {@value
   * #MAX_LENGTH} values.
   */
  public static Slicing of(int parameters, int slices) {
    long blocks = ((long) parameters + Codec.BLOCK - 1) / Codec.BLOCK;
    long blocksOfSlice = Math.max(1, (blocks + slices - 1) / slices);
    return new Slicing(parameters, (int) Math.min(blocksOfSlice * Codec.BLOCK, MAX_LENGTH));
  }

  public int count() {
    return (int) (((long) parameters + length - 1) / length);
  }

  public int from(int slice) {
    return slice * length;
  }

  public int to(int slice) {
    return (int) Math.min((long) (slice + 1) * length, parameters);
  }
}

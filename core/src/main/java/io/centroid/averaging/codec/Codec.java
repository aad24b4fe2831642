package io.centroid.averaging.codec;

import io.centroid.io.HalfFloat;
import java.io.Serializable;

/**
 * Encodes slices of a delta as bytes (gradient compression). Stateless and thread-safe; values are
 * little-endian. A slice begins at a multiple of {@link #BLOCK} and ends at another or at the end
 * of the vector, so that the concatenated payloads of the slices equal the payload of the vector.
 * Finite values decode to finite values.
 */
public interface Codec extends Serializable {

  /** Number of values per block; slices begin at multiples of it. */
  int BLOCK = 4096;

  /** The built-in codecs. */
  enum Name {
    NONE,
    FP16,
    BF16,
    INT8,
    TOP_K
  }

  /**
   * Creates the built-in codec of this name.
   *
   * @param topKFraction fraction of the values that {@link Name#TOP_K} keeps, in (0, 1]
   */
  static Codec of(Name name, double topKFraction) {
    return switch (name) {
      case NONE -> new Float32Codec();
      case FP16 -> new HalfCodec(HalfFloat.FP16);
      case BF16 -> new HalfCodec(HalfFloat.BF16);
      case INT8 -> new Int8Codec();
      case TOP_K -> new TopKCodec(topKFraction);
    };
  }

  /**
   * Name of the codec in configurations and manifests, such as {@code int8}. Two codecs that give
   * different results need different names: a run resumes only under the same name.
   */
  String name();

  /** Whether the codec is lossless. */
  boolean isExact();

  /** Size in bytes of the payload for {@code count} values. */
  int size(int count);

  /** Encodes {@code values[from..to)}. */
  byte[] encode(float[] values, int from, int to);

  /**
   * Decodes a payload of {@code to - from} values and overwrites {@code into[from..to)}.
   *
   * @throws IllegalArgumentException if the payload is not for that many values; the content of
   *     {@code into} is then undefined
   */
  void decode(byte[] bytes, float[] into, int from, int to);
}

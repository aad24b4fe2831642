package io.centroid.averaging.codec;

import io.centroid.io.HalfFloat;
import java.io.Serializable;

/**
 * How a stretch of a delta travels as bytes. Stateless and thread-safe; numbers are little-endian.
 * A stretch begins at a multiple of {@link #BLOCK} of its vector and ends at another, or at the
 * vector's end: then the payloads of the pieces, one after another, are the payload of the whole.
 * Finite values decode to finite ones.
 */
public interface Codec extends Serializable {

  /** Values a block; slices of a vector begin at multiples of it. */
  int BLOCK = 4096;

  /** The codecs there are. */
  enum Name {
    NONE,
    FP16,
    BF16,
    INT8,
    TOP_K
  }

  /**
   * The codec of a name.
   *
   * @param topKFraction share of the values that {@link Name#TOP_K} keeps, in (0, 1]
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

  /** Whether decoding gives back the bits that were encoded. */
  boolean isExact();

  /** Bytes of the payload of a stretch of so many values. */
  int size(int count);

  /** Encodes {@code values[from..to)}. */
  byte[] encode(float[] values, int from, int to);

  /**
   * Decodes a payload of {@code to - from} values and overwrites {@code into[from..to)}.
   *
   * @throws IllegalArgumentException if the payload is not one of that many values; what {@code
   *     into} then holds is undefined
   */
  void decode(byte[] bytes, float[] into, int from, int to);
}

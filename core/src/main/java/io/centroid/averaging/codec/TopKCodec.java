package io.centroid.averaging.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Top-k sparsification: the values of largest magnitude in each block are kept exactly, the others
 * decode to 0 (Aji and Heafield, "Sparse communication for distributed gradient descent", EMNLP
 * 2017). Ties go to the lower index. An encoded block consists of the indices in ascending order,
 * two bytes each, and the values.
 *
 * @param fraction fraction of a block's values that is kept, rounded up, in (0, 1]
 */
public record TopKCodec(double fraction) implements Codec {

  public TopKCodec {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException("the fraction must be above 0 and at most 1: " + fraction);
    }
  }

  @Override
  public String name() {
    return "top-k";
  }

  @Override
  public boolean isExact() {
    return false;
  }

  @Override
  public int size(int count) {
    int entry = Short.BYTES + Float.BYTES;
    int blocks = count / BLOCK;
    return Math.toIntExact(((long) blocks * kept(BLOCK) + kept(count % BLOCK)) * entry);
  }

  private int kept(int count) {
    return (int) Math.ceil(fraction * count);
  }

  @Override
  public byte[] encode(float[] values, int from, int to) {
    ByteBuffer payload = Payload.create(this, values, from, to);
    int[] magnitudes = new int[BLOCK];
    int[] chosen = new int[kept(BLOCK)];
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(BLOCK, to - start);
      for (int i = 0; i < count; i++) {
        magnitudes[i] = Float.floatToRawIntBits(values[start + i]) & 0x7fffffff;
      }
      int kept = kept(count);
      choose(magnitudes, count, chosen, kept);
      for (int i = 0; i < kept; i++) {
        payload.putShort((short) chosen[i]);
      }
      for (int i = 0; i < kept; i++) {
        payload.putFloat(values[start + chosen[i]]);
      }
    }
    return payload.array();
  }

  @Override
  public void decode(byte[] bytes, float[] into, int from, int to) {
    ByteBuffer payload = Payload.open(this, bytes, into, from, to);
    Arrays.fill(into, from, to, 0);
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(BLOCK, to - start);
      int kept = kept(count);
      int indices = payload.position();
      int values = indices + kept * Short.BYTES;
      int last = -1;
      for (int i = 0; i < kept; i++) {
        int index = Short.toUnsignedInt(payload.getShort(indices + i * Short.BYTES));
        if (index <= last || index >= count) {
          throw new IllegalArgumentException(
              "an index of the block at "
                  + start
                  + " must be from "
                  + (last + 1)
                  + " to "
                  + (count - 1)
                  + ": "
                  + index);
        }
        into[start + index] = payload.getFloat(values + i * Float.BYTES);
        last = index;
      }
      payload.position(values + kept * Float.BYTES);
    }
  }

  private static void choose(int[] magnitudes, int count, int[] chosen, int kept) {
    int threshold = threshold(magnitudes, count, kept);
    int ties = kept - atLeast(magnitudes, count, threshold + 1);
    int next = 0;
    for (int i = 0; i < count && next < kept; i++) {
      if (magnitudes[i] > threshold || (magnitudes[i] == threshold && ties-- > 0)) {
        chosen[next++] = i;
      }
    }
  }

  /** The {@code kept}-th largest magnitude, by a search over its bits from the highest. */
  private static int threshold(int[] magnitudes, int count, int kept) {
    int threshold = 0;
    for (int bit = 1 << 30; bit != 0; bit >>>= 1) {
      if (atLeast(magnitudes, count, threshold | bit) >= kept) {
        threshold |= bit;
      }
    }
    return threshold;
  }

  private static int atLeast(int[] magnitudes, int count, int least) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      found += magnitudes[i] >= least ? 1 : 0;
    }
    return found;
  }
}

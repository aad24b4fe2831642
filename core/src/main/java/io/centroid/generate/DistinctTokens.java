package io.centroid.generate;

import java.util.Arrays;
import java.util.BitSet;

/** The distinct tokens of a text, for the repetition penalty. */
final class DistinctTokens {
  private final BitSet known = new BitSet();
  private int[] ids = new int[64];
  private int count;

  void add(int id) {
    if (known.get(id)) {
      return;
    }
    known.set(id);
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
  }

  /**
   * Applies the repetition penalty to the tokens' logits: divides those above 0, multiplies the
   * others.
   */
  void penalize(float[] scores, double penalty) {
    for (int i = 0; i < count; i++) {
      float score = scores[ids[i]];
      scores[ids[i]] = (float) (score > 0 ? score / penalty : score * penalty);
    }
  }
}

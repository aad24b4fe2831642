package io.centroid.generate;

/**
 * Proposes draft tokens by prompt lookup decoding (Saxena, 2023): the tokens that followed an
 * earlier occurrence of the text's last tokens. The model verifies all draft tokens in one pass,
 * which reads its weights once (Leviathan et al., "Fast inference from transformers via speculative
 * decoding", 2023). The number of draft tokens adapts to the number accepted recently.
 */
final class PromptLookup {
  /** Lengths of the n-grams that are looked up, longest first. */
  private static final int LONGEST = 3;

  private static final int SHORTEST = 2;

  private final int most;
  private int wanted;

  /**
   * Creates a lookup.
   *
   * @param most maximum number of draft tokens; 0: none
   */
  PromptLookup(int most) {
    this.most = most;
    this.wanted = most;
  }

  /**
   * Writes draft tokens after the text's last token.
   *
   * @param ids token ids of the text, with room for {@code room} more
   * @param length number of tokens of the text
   * @return number of draft tokens, at most {@code room}
   */
  int propose(int[] ids, int length, int room) {
    int count = Math.min(room, wanted);
    if (count < 1) {
      return 0;
    }
    for (int same = LONGEST; same >= SHORTEST; same--) {
      int next = after(ids, length, same);
      if (next >= 0) {
        for (int i = 0; i < count; i++) {
          ids[length + i] = ids[next + i];
        }
        return count;
      }
    }
    return 0;
  }

  /** Index after the latest earlier occurrence of the text's last {@code same} tokens, or -1. */
  private static int after(int[] ids, int length, int same) {
    for (int next = length - 1; next >= same; next--) {
      int equal = 0;
      while (equal < same && ids[next - 1 - equal] == ids[length - 1 - equal]) {
        equal++;
      }
      if (equal == same) {
        return next;
      }
    }
    return -1;
  }

  /** Adapts the number of draft tokens to the number accepted. */
  void update(int proposed, int accepted) {
    if (proposed > 0) {
      wanted = accepted == proposed ? Math.min(most, 2 * wanted) : Math.max(1, accepted);
    }
  }
}

package io.centroid.generate;

/**
 * Guesses how a text goes on: as it did after the same tokens before ("prompt lookup decoding",
 * Saxena, 2023). The model then judges all guesses in one pass (Leviathan et al., "Fast inference
 * from transformers via speculative decoding", 2023), which reads its weights once. As many tokens
 * are guessed as lately were right.
 */
final class PromptLookup {
  /** Tokens that must be the same before. */
  private static final int LONGEST = 3;

  private static final int SHORTEST = 2;

  private final int most;
  private int wanted;

  /**
   * A lookup that guesses up to so many tokens at once.
   *
   * @param most 0: none
   */
  PromptLookup(int most) {
    this.most = most;
    this.wanted = most;
  }

  /**
   * Writes guesses behind the text.
   *
   * @param ids have room for {@code room} more than {@code length}
   * @return how many, at most {@code room}
   */
  int guess(int[] ids, int length, int room) {
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

  /** Where the text went on after its last {@code same} tokens when they came before, or -1. */
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

  /** Learns how many of the guesses were right. */
  void learn(int guessed, int right) {
    if (guessed > 0) {
      wanted = right == guessed ? Math.min(most, 2 * wanted) : Math.max(1, right);
    }
  }
}

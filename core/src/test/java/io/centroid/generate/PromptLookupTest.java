package io.centroid.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PromptLookupTest {
  @Test
  void aTextGoesOnAsItDidAfterTheSameTokensLast() {
    assertThat(guesses(new PromptLookup(4), 4, 1, 2, 3, 9, 1, 2, 3, 7, 5, 1, 2, 3))
        .containsExactly(7, 5, 1, 2);
    // Three tokens tell more than two.
    assertThat(guesses(new PromptLookup(2), 2, 1, 2, 3, 9, 8, 2, 3, 7, 1, 2, 3))
        .containsExactly(9, 8);
    assertThat(guesses(new PromptLookup(2), 2, 4, 2, 3, 9, 8, 5, 2, 3)).containsExactly(9, 8);
  }

  @Test
  void aRoundGoesOnBeyondTheText() {
    assertThat(guesses(new PromptLookup(5), 5, 6, 7, 6, 7, 6)).containsExactly(7, 6, 7, 6, 7);
    assertThat(guesses(new PromptLookup(3), 3, 4, 4, 4)).containsExactly(4, 4, 4);
  }

  @Test
  void withoutARepetitionThereIsNoGuess() {
    assertThat(guesses(new PromptLookup(4), 4, 1, 2, 3, 4)).isEmpty();
    assertThat(guesses(new PromptLookup(4), 4, 1)).isEmpty();
    assertThat(guesses(new PromptLookup(0), 4, 1, 1, 1, 1)).isEmpty();
    assertThat(guesses(new PromptLookup(4), 0, 1, 1, 1, 1)).isEmpty();
  }

  @Test
  void asManyAreGuessedAsLatelyWereRight() {
    PromptLookup lookup = new PromptLookup(8);
    int[] ones = {1, 1, 1, 1};
    lookup.learn(8, 3);
    assertThat(guesses(lookup, 9, ones)).hasSize(3);
    lookup.learn(3, 0);
    assertThat(guesses(lookup, 9, ones)).hasSize(1);
    lookup.learn(1, 1);
    lookup.learn(2, 2);
    assertThat(guesses(lookup, 9, ones)).hasSize(4);
    lookup.learn(0, 0);
    lookup.learn(4, 4);
    lookup.learn(8, 8);
    assertThat(guesses(lookup, 9, ones)).hasSize(8);
  }

  private static int[] guesses(PromptLookup lookup, int room, int... text) {
    int[] ids = Arrays.copyOf(text, text.length + room);
    int count = lookup.guess(ids, text.length, room);
    return Arrays.copyOfRange(ids, text.length, text.length + count);
  }
}

package io.centroid.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PromptLookupTest {
  @Test
  void proposesTheContinuationOfTheLatestMatch() {
    assertThat(drafts(new PromptLookup(4), 4, 1, 2, 3, 9, 1, 2, 3, 7, 5, 1, 2, 3))
        .containsExactly(7, 5, 1, 2);
    // A match of three tokens takes precedence over one of two.
    assertThat(drafts(new PromptLookup(2), 2, 1, 2, 3, 9, 8, 2, 3, 7, 1, 2, 3))
        .containsExactly(9, 8);
    assertThat(drafts(new PromptLookup(2), 2, 4, 2, 3, 9, 8, 5, 2, 3)).containsExactly(9, 8);
  }

  @Test
  void periodicTextsContinueBeyondTheirEnd() {
    assertThat(drafts(new PromptLookup(5), 5, 6, 7, 6, 7, 6)).containsExactly(7, 6, 7, 6, 7);
    assertThat(drafts(new PromptLookup(3), 3, 4, 4, 4)).containsExactly(4, 4, 4);
  }

  @Test
  void noProposalWithoutRepetition() {
    assertThat(drafts(new PromptLookup(4), 4, 1, 2, 3, 4)).isEmpty();
    assertThat(drafts(new PromptLookup(4), 4, 1)).isEmpty();
    assertThat(drafts(new PromptLookup(0), 4, 1, 1, 1, 1)).isEmpty();
    assertThat(drafts(new PromptLookup(4), 0, 1, 1, 1, 1)).isEmpty();
  }

  @Test
  void proposalLengthAdaptsToAcceptedTokens() {
    PromptLookup lookup = new PromptLookup(8);
    int[] ones = {1, 1, 1, 1};
    lookup.update(8, 3);
    assertThat(drafts(lookup, 9, ones)).hasSize(3);
    lookup.update(3, 0);
    assertThat(drafts(lookup, 9, ones)).hasSize(1);
    lookup.update(1, 1);
    lookup.update(2, 2);
    assertThat(drafts(lookup, 9, ones)).hasSize(4);
    lookup.update(0, 0);
    lookup.update(4, 4);
    lookup.update(8, 8);
    assertThat(drafts(lookup, 9, ones)).hasSize(8);
  }

  private static int[] drafts(PromptLookup lookup, int room, int... text) {
    int[] ids = Arrays.copyOf(text, text.length + room);
    int count = lookup.propose(ids, text.length, room);
    return Arrays.copyOfRange(ids, text.length, text.length + count);
  }
}

package io.centroid.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskedTextTest {
  @Test
  void wordsAreRunsOfLettersAndCharactersOfScriptsWithoutSpaces() throws IOException {
    String text = "It's 3 o'clock, 你好 wörld-wide!";
    MaskedText masked =
        new MaskedText(
            texts -> {
              assertThat(texts).containsExactly("_ _ _, 你_ wörld-_!");
              return new double[][] {{7}};
            },
            text,
            "_");
    assertThat(masked.words())
        .extracting(word -> text.substring(word.start(), word.end()))
        .containsExactly("It's", "3", "o'clock", "你", "好", "wörld", "wide");
    BitSet known = new BitSet();
    known.set(3);
    known.set(5);
    assertThat(masked.values(List.of(known))).isDeepEqualTo(new double[][] {{7}});
  }
}

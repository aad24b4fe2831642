package io.centroid.text.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.centroid.random.RandomStream;
import io.centroid.text.RandomTexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** GPT-2's pre-tokenization. */
class PreTokensTest {
  @Test
  void splitsLikeGpt2() {
    assertThat(split("Hello, it's  1,024 o'clock\n\n next"))
        .containsExactly(
            "Hello", ",", " it", "'s", " ", " 1", ",", "024", " o", "'", "clock", "\n\n", " next");
    assertThat(split("DON'T we'll")).containsExactly("DON", "'", "T", " we", "'ll");
    assertThat(split("a \t b  ")).containsExactly("a", " \t", " b", "  ");
    assertThat(split("x\u00a0\u3000y")).containsExactly("x", "\u00a0", "\u3000", "y");
    assertThat(split("")).isEmpty();
  }

  @Test
  void unpairedSurrogatesAreReplaced() {
    assertThat(split("a\ud800 b")).containsExactly("a", "\ufffd", " b");
  }

  @Test
  void thePreTokensConcatenateToTheText() {
    RandomStream random = new RandomStream(1);
    for (int i = 0; i < 300; i++) {
      String text = RandomTexts.next(random, 80);
      assertThat(String.join("", split(text))).isEqualTo(text);
    }
  }

  @Test
  void aSplitPointDoesNotChangeThePreTokens() {
    RandomStream random = new RandomStream(2);
    for (int i = 0; i < 300; i++) {
      String text = RandomTexts.next(random, 80);
      int cut = PreTokens.cut(text, random.nextInt(text.length() + 1));
      List<String> parts = new ArrayList<>(split(text.substring(0, cut)));
      parts.addAll(split(text.substring(cut)));
      assertThat(parts).isEqualTo(split(text));
    }
    assertThat(PreTokens.cut("ab cd", 0)).isEqualTo(2);
    assertThat(PreTokens.cut("ab cd", 3)).isEqualTo(5);
    assertThat(PreTokens.cut("ab  cd", 3)).isEqualTo(6);
  }

  @Test
  void timeIsLinear() {
    String spaces = " ".repeat(4 << 20) + "x";
    assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> split(spaces))).hasSize(2);
    String letters = "é".repeat(4 << 20);
    assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> split(letters))).hasSize(1);
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    PreTokens.split(text, parts::add);
    return parts;
  }
}

package io.centroid.text.bpe;

import io.centroid.io.Utf8;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GPT-2's pre-tokenization, whose boundaries no token crosses: contractions, words, numbers and
 * punctuation with the preceding space, and other spaces. Radford et al., "Language models are
 * unsupervised multitask learners", 2019. Java's Unicode version defines letters and numbers.
 */
public final class PreTokens {
  /** The split as a regular expression. */
  static final Pattern PATTERN =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private PreTokens() {}

  /** Splits a text into pre-tokens, in order; unpaired surrogates become U+FFFD. */
  public static void split(String text, Consumer<String> each) {
    Matcher matcher = PATTERN.matcher(Utf8.wholeCharacters(text));
    while (matcher.find()) {
      each.accept(matcher.group());
    }
  }

  /**
   * A split point at or after {@code from} that does not change the pre-tokens: before a space or
   * line break that follows another character. The text's length if there is none.
   */
  static int cut(CharSequence text, int from) {
    for (int at = Math.max(1, from); at < text.length(); at++) {
      char here = text.charAt(at);
      if ((here == ' ' || here == '\n') && !isSpace(text.charAt(at - 1))) {
        return at;
      }
    }
    return text.length();
  }

  private static boolean isSpace(char character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == 0x85;
  }
}

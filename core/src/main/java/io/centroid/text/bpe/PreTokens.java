package io.centroid.text.bpe;

import io.centroid.io.Utf8;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GPT-2's split of a text into pre-tokens, which no token crosses: contractions, words, numbers and
 * signs with the space before them, and the spaces between. Radford et al., "Language models are
 * unsupervised multitask learners", 2019. Which characters are letters and numbers is what this
 * Java's Unicode says.
 */
public final class PreTokens {
  /** The split as a regular expression. */
  static final Pattern PATTERN =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private PreTokens() {}

  /**
   * Hands out the pre-tokens of a text in order; together they are the text, in which a surrogate
   * without its other half has become U+FFFD.
   */
  public static void split(String text, Consumer<String> each) {
    Matcher matcher = PATTERN.matcher(Utf8.wholeCharacters(text));
    while (matcher.find()) {
      each.accept(matcher.group());
    }
  }

  /**
   * A place at or after {@code from} where the text may be cut without changing its pre-tokens:
   * before a space or a line's end that follows something else. The text's length if there is none.
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

package io.centroid.explain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A model for one text of which only some words are known; the others are replaced. Words are runs
 * of letters, digits and apostrophes; in scripts without spaces each character is one.
 */
public final class MaskedText implements ValueFunction {
  private static final int MOST_TEXTS = 256;

  private final TextFunction model;
  private final String text;
  private final String replacement;
  private final List<Word> words;

  /**
   * A word of a text.
   *
   * @param start index of its first char
   * @param end index after its last char
   */
  public record Word(int start, int end) {}

  /**
   * Creates the function.
   *
   * @param replacement text in place of an unknown word; empty to remove it
   */
  public MaskedText(TextFunction model, String text, String replacement) {
    this.model = model;
    this.text = text;
    this.replacement = replacement;
    this.words = words(text);
  }

  /** The words, in order; they are the features. */
  public List<Word> words() {
    return words;
  }

  @Override
  public int features() {
    return words.size();
  }

  @Override
  public double[][] values(List<BitSet> coalitions) throws IOException {
    List<double[]> values = new ArrayList<>();
    for (int from = 0; from < coalitions.size(); from += MOST_TEXTS) {
      int to = Math.min(coalitions.size(), from + MOST_TEXTS);
      values.addAll(
          Arrays.asList(
              model.apply(coalitions.subList(from, to).stream().map(this::masked).toList())));
    }
    return values.toArray(double[][]::new);
  }

  private String masked(BitSet known) {
    StringBuilder masked = new StringBuilder();
    int at = 0;
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      masked.append(text, at, word.start());
      if (known.get(i)) {
        masked.append(text, word.start(), word.end());
      } else {
        masked.append(replacement);
      }
      at = word.end();
    }
    return masked.append(text, at, text.length()).toString();
  }

  private static List<Word> words(String text) {
    List<Word> words = new ArrayList<>();
    int start = -1;
    for (int at = 0; at < text.length(); ) {
      int character = text.codePointAt(at);
      int next = at + Character.charCount(character);
      boolean isInWord = isInWord(character) || (start >= 0 && isApostrophe(character));
      boolean isWord = standsAlone(character);
      if (start >= 0 && (isWord || !isInWord)) {
        words.add(new Word(start, at));
        start = -1;
      }
      if (isWord) {
        words.add(new Word(at, next));
      } else if (isInWord && start < 0) {
        start = at;
      }
      at = next;
    }
    if (start >= 0) {
      words.add(new Word(start, text.length()));
    }
    return List.copyOf(words);
  }

  private static boolean isInWord(int character) {
    return Character.isLetterOrDigit(character)
        || Character.getType(character) == Character.NON_SPACING_MARK
        || Character.getType(character) == Character.COMBINING_SPACING_MARK;
  }

  private static boolean isApostrophe(int character) {
    return character == '\'' || character == '\u2019';
  }

  private static boolean standsAlone(int character) {
    return switch (Character.UnicodeScript.of(character)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> Character.isLetter(character);
      default -> false;
    };
  }
}

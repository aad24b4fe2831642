package io.centroid.text;

/** Texts as UTF-8 can carry them: a surrogate without its other half becomes U+FFFD. */
final class WholeCharacters {
  private static final char REPLACEMENT = '\uFFFD';

  private WholeCharacters() {}

  /** The text itself if it has no lone surrogate. */
  static String of(String text) {
    StringBuilder replaced = null;
    for (int at = 0; at < text.length(); at++) {
      char here = text.charAt(at);
      if (!Character.isSurrogate(here)) {
        continue;
      }
      if (Character.isHighSurrogate(here)
          && at + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(at + 1))) {
        at++;
        continue;
      }
      if (replaced == null) {
        replaced = new StringBuilder(text);
      }
      replaced.setCharAt(at, REPLACEMENT);
    }
    return replaced == null ? text : replaced.toString();
  }
}

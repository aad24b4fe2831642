package io.centroid.redact.detect;

/** Classes of characters. */
final class Chars {
  private Chars() {}

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z' || c >= 'À' && c <= 'Þ' && c != '×';
  }

  static boolean isLower(char c) {
    return c >= 'a' && c <= 'z' || c >= 'ß' && c <= 'ɏ' && c != '÷';
  }

  static boolean isLetter(char c) {
    return isUpper(c) || isLower(c);
  }

  static boolean isAlphanumeric(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  /** Letters of European scripts, digits and the underscore; Chinese is written without spaces. */
  static boolean isWord(char c) {
    return isLetter(c) || isDigit(c) || c == '_';
  }

  static boolean isHex(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }

  static boolean isChinese(char c) {
    return c >= '\u4e00' && c <= '\u9fff';
  }
}

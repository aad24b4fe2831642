package io.centroid.data.csv;

import io.centroid.data.ClassNames;
import io.centroid.io.decoding.TextEncoding;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** The labels of a table's rows, and the spellings of a missing value. */
final class Labels {
  /** Maximum length of a label in characters; a longer one is probably a text. */
  private static final int LONGEST = 200;

  private static final int MOST_DIGITS = 9;

  /** The spellings that pandas knows in lower case, and that of UCI's data sets. */
  private static final Set<String> MISSING =
      Set.of("", "?", "na", "n/a", "#n/a", "#na", "<na>", "nan", "-nan", "null", "none");

  /** Those that are no class either. */
  private static final Set<String> NO_CLASS = Set.of("", "nan", "-nan", "<na>", "#n/a", "null");

  private static final int LONGEST_MISSING = 4;

  private Labels() {}

  static boolean isMissing(String text) {
    return text.length() <= LONGEST_MISSING && MISSING.contains(text.toLowerCase(Locale.ROOT));
  }

  /** A class number of up to nine digits, or -1. */
  static int classNumber(String name) {
    if (name.isEmpty() || name.length() > MOST_DIGITS) {
      return -1;
    }
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return -1;
      }
    }
    return Integer.parseInt(name);
  }

  /**
   * The class name of a label.
   *
   * @param text field with one character per byte
   * @throws CsvFieldException if there is no label, or it is too long
   */
  static String name(int column, String text, TextEncoding encoding) {
    String label = decoded(column, text, encoding);
    if (label.length() > LONGEST || NO_CLASS.contains(label.toLowerCase(Locale.ROOT))) {
      throw CsvRow.error(column, "a class of 1 to " + LONGEST + " characters", text);
    }
    return ClassNames.name(label);
  }

  /**
   * The text of a field.
   *
   * @param text field with one character per byte
   */
  static String decoded(int column, String text, TextEncoding encoding) {
    if (isAscii(text)) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return encoding.decode(
        bytes,
        0,
        bytes.length,
        (index, value) -> {
          throw new CsvFieldException(
              column,
              String.format(
                  Locale.ROOT, "expected %s, found byte 0x%02X", encoding.expected(), value));
        });
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c > 0 && c < 0x80);
  }
}

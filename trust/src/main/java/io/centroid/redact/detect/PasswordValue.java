package io.centroid.redact.detect;

import java.util.Set;

/**
 * The value of a password where a word or a sign says that there may be one. To leave a part of a
 * password is worse than to remove a word of prose: a quoted string is a password as a whole,
 * others end at white space.
 */
final class PasswordValue {
  /** Number of characters of the longest name of a field, element or parameter. */
  static final int LONGEST_NAME = 32;

  /**
   * Number of characters in which a quoted string ends; others are cut here only if they are words.
   */
  static final int LONGEST = 256;

  /** Fewest characters of a password that is neither quoted nor directly after "=". */
  static final int FEWEST = 6;

  private static final int FEWEST_ASSIGNED = 4;

  private static final String OPENING = "\"'`“‘「";
  private static final String CLOSING = "\"'`”’」";

  /** Words of code that stand in the place of a password. */
  private static final Set<String> NONE =
      Set.of("none", "null", "true", "false", "required", "optional", "undefined", "password");

  private PasswordValue() {}

  /** A value, quoted or not. */
  static void match(Text text, int at) {
    if (!quoted(text, at)) {
      plain(text, at, false, false);
    }
  }

  /**
   * A quoted string, also if its quotes are escaped, as in JSON within JSON: a quote ends it that
   * has as many backslashes before it as the first, and no word after it. Two quotes are one of the
   * string, as in SQL.
   *
   * @return whether there is one
   */
  static boolean quoted(Text text, int at) {
    int open = at;
    while (open - at < 8 && text.at(open) == '\\') {
      open++;
    }
    int mark = OPENING.indexOf(text.at(open));
    if (mark < 0) {
      return false;
    }
    int escapes = open - at;
    int end = quotedEnd(text, open, escapes, CLOSING.charAt(mark));
    if (end < 0) {
      return false;
    }
    boolean any = text.slice(open + 1, end).chars().anyMatch(Character::isLetterOrDigit);
    // print("password: ", name) has no password between its quotes.
    boolean between = text.at(open + 1) == ' ' || ",);+".indexOf(text.at(open + 1)) >= 0;
    add(text, open + 1, any && !between ? end - escapes : open + 1);
    return !between;
  }

  /** The index of the quote that ends a string, of the first of two if no other does; else -1. */
  private static int quotedEnd(Text text, int open, int escapes, char close) {
    // Within a quoted cell of CSV, all quotes are doubled.
    boolean cell = text.at(open + 1) == close && Chars.isAlphanumeric(text.at(open + 2));
    int slashes = 0;
    int doubled = -1;
    for (int end = open + 1; end - open <= LONGEST && end < text.length; end++) {
      char c = text.at(end);
      if (c == '\n') {
        break;
      }
      boolean closes = c == close && slashes % (2 * (escapes + 1)) == escapes;
      if (closes && text.at(end + 1) == close && escapes == 0 && !cell) {
        doubled = doubled < 0 ? end : doubled;
        end++;
      } else if (closes && !Chars.isAlphanumeric(text.at(end + 1))) {
        return end;
      }
      slashes = c == '\\' ? slashes + 1 : 0;
    }
    return doubled;
  }

  /**
   * A value without quotes.
   *
   * @param assigned whether it is directly after an equals sign
   * @param query whether it is in the query of a URL
   */
  static void plain(Text text, int at, boolean assigned, boolean query) {
    int start = at;
    while (start - at < 4 && ("\\" + OPENING).indexOf(text.at(start)) >= 0) {
      start++;
    }
    int stop = plainEnd(text, start, query);
    int end = stop;
    while (end > start && ".,;:\\".indexOf(text.at(end - 1)) >= 0) {
      end--;
    }
    boolean secret =
        assigned
            ? end - start >= FEWEST_ASSIGNED && !NONE.contains(text.lower(start, end))
            : isStrong(text, start, end);
    if (secret && !isPlaceholder(text, start, end)) {
      add(text, start, stop - start < LONGEST ? end : SecretRule.valueEnd(text, stop));
    }
  }

  /** The end of a value: white space, a quote or bracket that closes, or the next parameter. */
  private static int plainEnd(Text text, int start, boolean query) {
    int open = 0;
    int end = start;
    char next = text.at(end);
    for (; end - start < LONGEST && isPlain(next); end++) {
      char c = next;
      next = text.at(end + 1);
      boolean word = Chars.isAlphanumeric(next);
      boolean closing = ")]}".indexOf(c) >= 0;
      boolean closes = closing ? open == 0 : "\"'`>".indexOf(c) >= 0;
      boolean separates = ",;&".indexOf(c) >= 0 && word && isParameter(text, end + 1);
      if (closes && !word || separates || query && (c == '&' || c == '#') || isTag(text, c, end)) {
        break;
      }
      open += "([{".indexOf(c) >= 0 ? 1 : closing && open > 0 ? -1 : 0;
    }
    return end;
  }

  /** Not white space, nor a character of Chinese, which is written without spaces. */
  private static boolean isPlain(char c) {
    boolean mark = c >= '\u2000' && c < '\u20a0';
    return c > ' ' && c != 127 && c < '\u2e80' && !mark || Character.isSurrogate(c);
  }

  private static boolean isParameter(Text text, int at) {
    int end = at;
    while (end - at < LONGEST_NAME && isName(text.at(end))) {
      end++;
    }
    return end > at && text.at(end) == '=';
  }

  private static boolean isTag(Text text, char c, int at) {
    if (c != '<') {
      return false;
    }
    int end = at + 1;
    while (end - at < 12 && Chars.isLetter(text.at(end))) {
      end++;
    }
    return text.at(at + 1) == '/' || end > at + 1 && (text.at(end) == '>' || text.at(end) == '/');
  }

  /** A name in brackets, such as {@code <password>}, or the start of an object or list. */
  private static boolean isPlaceholder(Text text, int start, int end) {
    if ("([{<".indexOf(text.at(start)) < 0) {
      return false;
    }
    boolean name = true;
    for (int i = start + 1; i < end; i++) {
      char c = text.at(i);
      name &= Chars.isLetter(c) || "-_ )]}>".indexOf(c) >= 0;
    }
    return name || "\"'{[".indexOf(text.at(start + 1)) >= 0;
  }

  /** Whether a value is no word of prose: it has digits, marks, or capitals after small letters. */
  static boolean isStrong(Text text, int start, int end) {
    int digits = 0;
    int letters = 0;
    int joints = 0;
    int marks = 0;
    boolean camel = false;
    for (int i = start; i < end; i++) {
      char c = text.at(i);
      boolean last = i == end - 1;
      digits += Chars.isDigit(c) ? 1 : 0;
      letters += Character.isLetter(c) ? 1 : 0;
      joints += "-'’./".indexOf(c) >= 0 ? 1 : 0;
      marks += !Character.isLetterOrDigit(c) && !(last && "!?".indexOf(c) >= 0) ? 1 : 0;
      camel |= Chars.isUpper(c) && Chars.isLower(text.at(i - 1)) && i > start;
    }
    boolean odd = marks > joints || joints > 1 || camel;
    return end - start >= FEWEST && (digits > 0 || letters > 0 && odd);
  }

  static boolean isName(char c) {
    return Chars.isAlphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']';
  }

  /** Adds a password that is not one that was masked before. */
  static void add(Text text, int start, int end) {
    if (!text.startsWith("[" + Kind.API_KEY.label(), start)) {
      text.add(Kind.API_KEY, start, end);
    }
  }
}

package io.centroid.redact.detect;

import java.util.Set;

/**
 * Groups of digits from an index on, with one separator between two of them: a space, a dash, a
 * dot, a slash, parentheses, or the end of a line. At most {@value #MOST} groups.
 */
final class Groups {
  static final int MOST = 9;
  private static final int LONGEST = 20;
  private static final int CONTEXT = 24;

  /** Words before a number that is not personal data. */
  private static final Set<String> OTHER =
      Set.of(
          """
          order invoice tracking isbn issn sku serial ticket reference batch parcel
          订单 单号 编号 批次 序列号 发票 运单 流水
          """
              .split("\\s+"));

  private final Text text;
  final int start;
  final int[] ends = new int[MOST];
  final char[] separators = new char[MOST];
  final int[] sizes = new int[MOST];
  int count;
  private final StringBuilder digits = new StringBuilder(32);

  /**
   * Reads groups.
   *
   * @param lines whether the end of a line separates groups, too
   */
  Groups(Text text, int start, boolean lines) {
    this.text = text;
    this.start = start;
    // As in +49(0)30 or 1(415): elsewhere, 45(2) is a volume and its issue.
    boolean prefix =
        text.at(start - 1) == '+' || text.startsWith("00", start) || text.startsWith("1(", start);
    int next = start;
    while (count < MOST) {
      int end = next;
      while (end - next <= LONGEST && Chars.isDigit(text.at(end))) {
        digits.append(text.at(end++));
      }
      sizes[count] = end - next;
      ends[count] = end;
      count++;
      boolean opens = prefix && text.at(end) == '(' && Chars.isDigit(text.at(end + 1));
      int separator = opens ? 1 : separator(text, end);
      int line = lines && separator == 0 ? lineEnd(text, end) : 0;
      if (separator + line == 0) {
        return;
      }
      separators[count - 1] = line > 0 ? '\n' : text.at(end);
      next = end + separator + line;
    }
  }

  /** The length of a separator that a digit follows, 0 if there is none. */
  private static int separator(Text text, int at) {
    char c = text.at(at);
    if (" -./)".indexOf(c) >= 0 && Chars.isDigit(text.at(at + 1))) {
      return 1;
    }
    if ((c == ')' || c == ' ') && Chars.isDigit(text.at(at + 2))) {
      char second = text.at(at + 1);
      return second == ' ' && c == ')' || second == '(' || second == '-' && c == ')' ? 2 : 0;
    }
    return 0;
  }

  /** The length of the end of a line, after a space or a dash, that a digit follows. */
  private static int lineEnd(Text text, int at) {
    int end = text.at(at) == ' ' || text.at(at) == '-' ? at + 1 : at;
    end += text.at(end) == '\r' ? 1 : 0;
    return text.at(end) == '\n' && Chars.isDigit(text.at(end + 1)) ? end + 1 - at : 0;
  }

  /** Number of digits of the first groups. */
  int length(int groups) {
    int total = 0;
    for (int i = 0; i < groups; i++) {
      total += sizes[i];
    }
    return total;
  }

  /** Digits of the first groups. */
  String digits(int groups) {
    return digits.substring(0, length(groups));
  }

  int end(int groups) {
    return ends[groups - 1];
  }

  /**
   * Whether the first groups have these sizes, and one separator of those permitted. One of the
   * separators may be the end of a line instead.
   */
  boolean grouped(String permitted, int... expected) {
    if (count < expected.length) {
      return false;
    }
    char common = 0;
    int lines = 0;
    for (int i = 0; i < expected.length; i++) {
      if (sizes[i] != expected[i]) {
        return false;
      }
      if (i == expected.length - 1) {
        break;
      }
      char separator = separators[i];
      if (separator == '\n') {
        lines++;
      } else if (permitted.indexOf(separator) < 0 || common != 0 && separator != common) {
        return false;
      } else {
        common = separator;
      }
    }
    return lines == 0 || lines == 1 && common != 0;
  }

  /** Whether the number of the first groups ends there, and no group of the same kind follows. */
  boolean endsAfter(int groups) {
    char next = separators[groups - 1];
    boolean continues =
        groups > 1
            && groups < count
            && next != '\n'
            && next == separators[0]
            && sizes[groups] == sizes[groups - 1];
    return !continues && text.endsToken(end(groups));
  }

  /**
   * Whether the number is the rest of a longer one with the same separator: after at least two
   * digits, or after letters and digits.
   */
  boolean followsDigits() {
    char separator = separators[0];
    if (separator == 0 || text.at(start - 1) != separator) {
      return false;
    }
    int before = start - 2;
    int seen = 0;
    while (seen < 2
        && start - before < 8
        && (Chars.isDigit(text.at(before)) || text.at(before) == separator)) {
      seen += Chars.isDigit(text.at(before)) ? 1 : 0;
      before--;
    }
    return seen == 2 || seen > 0 && Chars.isWord(text.at(before));
  }

  /** Whether a word before the number says that it is not personal data. */
  boolean isOther() {
    return mentions(OTHER);
  }

  /** Whether one of the words begins in the 24 characters before the number. */
  boolean mentions(Set<String> words) {
    String before = text.before(start, CONTEXT);
    for (String word : words) {
      int found = before.lastIndexOf(word);
      boolean within =
          found > 0 && Chars.isLetter(word.charAt(0)) && Chars.isLetter(before.charAt(found - 1));
      if (found >= 0 && !within) {
        return true;
      }
    }
    return false;
  }
}

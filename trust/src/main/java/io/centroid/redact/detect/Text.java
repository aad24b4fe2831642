package io.centroid.redact.detect;

import io.centroid.redact.detect.Detection.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A document while it is scanned, and the spans found in it. Rules see it folded: digits of all
 * scripts and full-width letters as ASCII, all spaces and hyphens as those of ASCII, and without
 * invisible format characters, such as zero-width spaces and soft hyphens. Spans are those of the
 * document.
 */
class Text {
  /** The folded form of a character; NUL if it is left out. */
  private static final char[] FOLDED = folded();

  final int length;
  private final char[] chars;

  /** Place in the document by place here; empty if they are equal. */
  private final int[] origins;

  private final EnumSet<Kind> kinds;
  private final List<Span> spans = new ArrayList<>();

  /** End of the last long token that was looked at, so that none is looked at twice. */
  int tokenEnd;

  /** End of the last long value after a word such as "token:". */
  int valueEnd;

  /** End of the last run of characters of JSON web tokens that was looked at. */
  int webTokenEnd;

  /** End of the last private key. */
  int keyEnd;

  /** End of the last e-mail address. */
  int emailEnd = -1;

  /** End of the last telephone number. */
  int phoneEnd = -1;

  Text(String document, Set<Kind> kinds) {
    this.kinds = EnumSet.noneOf(Kind.class);
    this.kinds.addAll(kinds);
    this.chars = document.toCharArray();
    int[] places = {};
    int kept = 0;
    for (int i = 0; i < chars.length; i++) {
      char c = chars[i];
      if (c >= 0x80) {
        c = FOLDED[c];
        if (c == 0 && places.length == 0) {
          places = new int[chars.length];
          Arrays.setAll(places, place -> place);
        }
        if (c == 0) {
          continue;
        }
      }
      if (places.length > 0) {
        places[kept] = i;
      }
      chars[kept++] = c;
    }
    this.length = kept;
    this.origins = places;
  }

  /** A value as rules see it, the same for all ways to encode its characters. */
  static String folded(String value) {
    Text text = new Text(value, Set.of());
    return text.slice(0, text.length);
  }

  private static char[] folded() {
    char[] folded = new char[0x10000];
    for (int c = 0; c < folded.length; c++) {
      folded[c] =
          switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER -> (char) ('0' + Character.digit(c, 10));
            case Character.SPACE_SEPARATOR -> ' ';
            case Character.FORMAT -> 0;
            default -> foldedMark((char) c);
          };
    }
    return folded;
  }

  private static char foldedMark(char c) {
    boolean fullWidth = c >= 'Ａ' && c <= 'Ｚ' || c >= 'ａ' && c <= 'ｚ' || "＠．－＿＋".indexOf(c) >= 0;
    boolean hyphen = c >= '\u2010' && c <= '\u2013' || c == '\u2212' || c == '\ufe63';
    return fullWidth ? (char) (c - 'Ａ' + 'A') : hyphen ? '-' : c;
  }

  /** The character at an index, NUL outside the document. */
  char at(int index) {
    return index >= 0 && index < length ? chars[index] : 0;
  }

  /** The characters of a range, which is cut at the ends of the document. */
  String slice(int from, int to) {
    int start = Math.max(0, Math.min(from, length));
    return new String(chars, start, Math.max(0, Math.min(to, length) - start));
  }

  boolean wants(Kind kind) {
    return kinds.contains(kind);
  }

  void add(Kind kind, int start, int end) {
    if (kinds.contains(kind) && start < end) {
      boolean same = origins.length == 0;
      spans.add(new Span(kind, same ? start : origins[start], same ? end : origins[end - 1] + 1));
    }
  }

  List<Span> spans() {
    return spans;
  }

  boolean startsWith(String prefix, int at) {
    for (int i = 0; i < prefix.length(); i++) {
      if (at(at + i) != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Up to {@code most} characters before an index, in lower case. */
  String before(int end, int most) {
    return slice(end - most, end).toLowerCase(Locale.ROOT);
  }

  /** The characters of a range in lower case. */
  String lower(int from, int to) {
    return slice(from, to).toLowerCase(Locale.ROOT);
  }

  /** Whether a word may begin here: after no word, or after an escape such as the \n of JSON. */
  boolean startsWord(int at) {
    char previous = at(at - 1);
    char second = at(at - 2);
    return !Chars.isWord(previous)
        || previous == '_' && !Chars.isWord(second)
        || second == '\\' && "nrtbf".indexOf(previous) >= 0;
  }

  /** Whether a value may begin here: not inside of a word, a number or a dashed token. */
  boolean startsToken(int at) {
    char previous = at(at - 1);
    if (Chars.isWord(previous)) {
      return startsWord(at);
    }
    char second = at(at - 2);
    return switch (previous) {
      case '-', '\\' -> !Chars.isWord(second);
      case '.' -> !Chars.isDigit(second);
      // Not within a time or a date, but between the columns of a table.
      case '/', ':' -> !Chars.isDigit(second) || digits(at, 7) == 7;
      case ',' -> !Chars.isDigit(second) || digits(at, 4) != 3 || at(at + 3) == '-';
      case '%', '$', '€', '£', '¥', '￥' -> false;
      default -> true;
    };
  }

  /** Whether a value may end before an index: no word, decimal or dashed part follows. */
  boolean endsToken(int end) {
    char next = at(end);
    if (Chars.isWord(next)) {
      return next == '_' && !Chars.isWord(at(end + 1));
    }
    return switch (next) {
      case '%' -> false;
      case '-', '@' -> !Chars.isWord(at(end + 1));
      case '.' -> !Chars.isDigit(at(end + 1));
      default -> true;
    };
  }

  /** Number of digits from an index on, at most {@code most}. */
  int digits(int from, int most) {
    int count = 0;
    while (count < most && Chars.isDigit(at(from + count))) {
      count++;
    }
    return count;
  }

  /** The end of a run of letters and digits of ASCII, at most {@code most} characters away. */
  int wordEnd(int from, int most) {
    int end = from;
    while (end < from + most && Chars.isAlphanumeric(at(end))) {
      end++;
    }
    return end;
  }
}

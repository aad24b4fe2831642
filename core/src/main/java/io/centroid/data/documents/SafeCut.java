package io.centroid.data.documents;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Where a text may be cut without changing its tokens: before white space (an ASCII one) that
 * follows something else. There the pattern by which GPT-2 splits a text has ended whatever came
 * before, and nothing that it looks ahead for lies beyond. Works on UTF-8 bytes.
 */
final class SafeCut {
  /** A text without such a place for so many bytes is cut between two characters. */
  static final int LONGEST = 4 << 20;

  private static final int BLOCK = 1 << 16;

  /** Most bytes of a character before a cut, and of a character less one. */
  private static final int CHARACTER = 3;

  private SafeCut() {}

  /**
   * The cut at or after an offset of a file of {@code length} bytes: the first safe one within
   * {@link #LONGEST} bytes, else the next border of two characters after these. A larger offset
   * never gives a smaller cut.
   */
  static long atOrAfter(FSDataInputStream stream, long offset, long length) throws IOException {
    if (offset <= 0 || offset >= length) {
      return Math.max(0, Math.min(offset, length));
    }
    byte[] bytes = new byte[CHARACTER + BLOCK];
    long last = Math.min(length, offset + LONGEST);
    for (long block = offset; block < last; block += BLOCK) {
      int before = (int) Math.min(CHARACTER, block);
      int count = (int) Math.min(BLOCK, last - block);
      stream.readFully(block - before, bytes, 0, before + count);
      for (int i = before; i < before + count; i++) {
        if (isSafe(bytes, 0, i)) {
          return block - before + i;
        }
      }
    }
    int count = (int) Math.min(CHARACTER, length - last);
    stream.readFully(last, bytes, 0, count);
    for (int i = 0; i < count; i++) {
      if (!isContinuation(bytes[i])) {
        return last + i;
      }
    }
    return last + count;
  }

  /** The last safe cut after {@code from} and before {@code to}; -1 if there is none. */
  static int last(byte[] bytes, int from, int to) {
    for (int i = to - 1; i > from; i--) {
      if (isSafe(bytes, from, i)) {
        return i;
      }
    }
    return -1;
  }

  /** The last border of two characters, after {@code from} and at or before {@code to}. */
  static int lastBorder(byte[] bytes, int from, int to) {
    int last = to - 1;
    while (last > from && last > to - CHARACTER && isContinuation(bytes[last])) {
      last--;
    }
    boolean begins = (bytes[last] & 0xC0) == 0xC0;
    return begins && last > from ? last : to;
  }

  /**
   * Where a piece of a decoded text ends that begins at {@code from} and has up to {@code longest}
   * characters.
   */
  static int pieceEnd(String text, int from, int longest) {
    int most = from + longest;
    if (text.length() <= most) {
      return text.length();
    }
    for (int i = most; i > from; i--) {
      if (isSpace(text.charAt(i)) && isDark(text.charAt(i - 1))) {
        return i;
      }
    }
    return Character.isLowSurrogate(text.charAt(most)) ? most - 1 : most;
  }

  /** Whether the text may be cut before a byte; nothing before {@code from} is looked at. */
  private static boolean isSafe(byte[] bytes, int from, int at) {
    return at > from
        && isSpace(bytes[at])
        && (bytes[at - 1] >= 0 ? bytes[at - 1] > ' ' : !mayBeSpace(bytes, from, at));
  }

  private static boolean isSpace(byte value) {
    return value == ' ' || (value >= '\t' && value <= '\r');
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isDark(char c) {
    return c > ' ' && !Character.isWhitespace(c) && !Character.isSpaceChar(c) && c != '\u0085';
  }

  private static boolean isContinuation(byte value) {
    return (value & 0xC0) == 0x80;
  }

  /**
   * Whether the character of several bytes before a place may be white space: in U+0080 to U+00BF,
   * U+1680, U+180E, U+2000 to U+207F, U+3000 and U+FEFF and their neighbors.
   */
  private static boolean mayBeSpace(byte[] bytes, int from, int at) {
    int second = at - 2 >= from ? bytes[at - 2] & 0xFF : 0;
    int third = at - 3 >= from ? bytes[at - 3] & 0xFF : 0;
    return switch (third) {
      case 0xE1 -> second == 0x9A || second == 0xA0;
      case 0xE2 -> second == 0x80 || second == 0x81;
      case 0xE3 -> second == 0x80;
      case 0xEF -> second == 0xBB;
      default -> second == 0xC2;
    };
  }
}

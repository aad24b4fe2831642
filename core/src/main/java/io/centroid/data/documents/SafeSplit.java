package io.centroid.data.documents;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Split points of a text that do not change its tokens: before ASCII white space that follows
 * another character. At such a point every match of GPT-2's pre-tokenization pattern has ended, and
 * no lookahead reaches beyond it. Works on UTF-8 bytes.
 */
final class SafeSplit {
  /**
   * Distance in bytes after which a text without a safe split point is split between two
   * characters.
   */
  static final int LONGEST = 4 << 20;

  private static final int BLOCK = 1 << 16;

  /**
   * Maximum number of bytes that are inspected before a split point; also the number of
   * continuation bytes of a character.
   */
  private static final int CHARACTER = 3;

  private SafeSplit() {}

  /**
   * The split point at or after an offset of a file of {@code length} bytes: the first safe one
   * within {@link #LONGEST} bytes, else the next character boundary after them. It is monotonic in
   * the offset.
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

  /** The last safe split point after {@code from} and before {@code to}; -1 if there is none. */
  static int last(byte[] bytes, int from, int to) {
    for (int i = to - 1; i > from; i--) {
      if (isSafe(bytes, from, i)) {
        return i;
      }
    }
    return -1;
  }

  /** The last character boundary after {@code from} and at or before {@code to}. */
  static int lastBorder(byte[] bytes, int from, int to) {
    int last = to - 1;
    while (last > from && last > to - CHARACTER && isContinuation(bytes[last])) {
      last--;
    }
    boolean begins = (bytes[last] & 0xC0) == 0xC0;
    return begins && last > from ? last : to;
  }

  /**
   * End of a piece of decoded text that begins at {@code from} and has at most {@code longest}
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

  /** Whether the text may be split before a byte; ignores bytes before {@code from}. */
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
   * Whether the multi-byte character before an index may be white space: U+0080 to U+00BF, U+1680,
   * U+180E, U+2000 to U+207F, U+3000, U+FEFF and their neighbors.
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

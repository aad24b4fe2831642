package io.centroid.data.documents;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Split points of a text that do not change its tokens: before ASCII white space that follows
 * another character. At such a point every match of GPT-2's pre-tokenization pattern has ended, and
 * no lookahead reaches beyond it. No text that must stay whole, such as a special token, is split
 * or ends there. Works on UTF-8 bytes.
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

  private final List<byte[]> whole;
  private final List<String> wholeTexts;
  private final int margin;

  /**
   * @param whole texts that stay whole
   */
  SafeSplit(List<String> whole) {
    this.wholeTexts = whole;
    this.whole = whole.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    this.margin = this.whole.stream().mapToInt(text -> text.length).reduce(CHARACTER, Math::max);
  }

  /**
   * The split point at or after an offset of a file of {@code length} bytes: the first safe one
   * within {@link #LONGEST} bytes, else the next character boundary after them. It is monotonic in
   * the offset.
   */
  long atOrAfter(FSDataInputStream stream, long offset, long length) throws IOException {
    if (offset <= 0 || offset >= length) {
      return Math.max(0, Math.min(offset, length));
    }
    long last = Math.min(length, offset + LONGEST);
    for (long block = offset; block < last; block += BLOCK) {
      int count = (int) Math.min(BLOCK, last - block);
      Block read = block(stream, block, count, length);
      for (int i = read.first(); i < read.first() + count; i++) {
        if (isSafe(read.bytes(), 0, i, read.bytes().length)) {
          return block + i - read.first();
        }
      }
    }
    int count = (int) Math.min(BLOCK, length - last);
    Block read = block(stream, last, count, length);
    for (int i = read.first(); i < read.first() + count; i++) {
      if (!isContinuation(read.bytes()[i]) && !cutsWhole(read.bytes(), 0, i, read.bytes().length)) {
        return last + i - read.first();
      }
    }
    return last + count;
  }

  /** Bytes of a file around a block. */
  private record Block(byte[] bytes, int first) {}

  private Block block(FSDataInputStream stream, long from, int count, long length)
      throws IOException {
    int before = (int) Math.min(margin, from);
    int after = (int) Math.min(margin, length - from - count);
    byte[] bytes = new byte[before + count + after];
    stream.readFully(from - before, bytes, 0, bytes.length);
    return new Block(bytes, before);
  }

  /** The last safe split point after {@code from} and before {@code to}; -1 if there is none. */
  int last(byte[] bytes, int from, int to) {
    for (int i = to - 1; i > from; i--) {
      if (isSafe(bytes, from, i, to)) {
        return i;
      }
    }
    return -1;
  }

  /** The last character boundary after {@code from} and at or before {@code to}. */
  int lastBorder(byte[] bytes, int from, int to) {
    int last = to - 1;
    while (last > from && last > to - CHARACTER && isContinuation(bytes[last])) {
      last--;
    }
    boolean begins = (bytes[last] & 0xC0) == 0xC0;
    int border = begins && last > from ? last : to;
    for (int i = border; i > from; i--) {
      if ((i == to || !isContinuation(bytes[i])) && !cutsWhole(bytes, from, i, to)) {
        return i;
      }
    }
    return border;
  }

  /**
   * End of a piece of decoded text that begins at {@code from} and has at most {@code longest}
   * characters.
   */
  int pieceEnd(String text, int from, int longest) {
    int most = from + longest;
    if (text.length() <= most) {
      return text.length();
    }
    for (int i = most; i > from; i--) {
      if (isSpace(text.charAt(i)) && isDark(text.charAt(i - 1)) && !cutsWhole(text, from, i)) {
        return i;
      }
    }
    for (int i = most; i > from; i--) {
      if (!Character.isLowSurrogate(text.charAt(i)) && !cutsWhole(text, from, i)) {
        return i;
      }
    }
    return Character.isLowSurrogate(text.charAt(most)) ? most - 1 : most;
  }

  /**
   * Whether the text may be split before a byte; ignores bytes outside {@code from} to {@code to}.
   */
  private boolean isSafe(byte[] bytes, int from, int at, int to) {
    return at > from
        && isSpace(bytes[at])
        && (bytes[at - 1] >= 0 ? bytes[at - 1] > ' ' : !mayBeSpace(bytes, from, at))
        && !cutsWhole(bytes, from, at, to);
  }

  /**
   * Whether a text that stays whole, as far as it is visible, ends at a byte or continues there.
   */
  private boolean cutsWhole(byte[] bytes, int from, int at, int to) {
    for (byte[] text : whole) {
      for (int start = Math.max(from, at - text.length); start < at; start++) {
        int end = Math.min(to, start + text.length);
        if (Arrays.equals(bytes, start, end, text, 0, end - start)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean cutsWhole(String document, int from, int at) {
    for (String text : wholeTexts) {
      for (int start = Math.max(from, at - text.length()); start < at; start++) {
        if (document.startsWith(text, start)) {
          return true;
        }
      }
    }
    return false;
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

package io.centroid.io;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A strict UTF-8 decoder: invalid bytes and NUL are reported to the caller, who rejects them or has
 * them replaced by U+FFFD.
 */
public final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** Length of a byte-order mark in bytes. */
  public static final int MARK_LENGTH = MARK.length;

  private Utf8() {}

  /** A handler for invalid input. */
  @FunctionalInterface
  public interface Damage {

    /**
     * Throws to reject the input, or returns to replace it.
     *
     * @param index index of its first byte in the array, or of the character in the text
     * @param value that byte or character; 0 for NUL
     */
    void found(int index, int value);
  }

  /** Decodes bytes {@code from} to {@code to}, which contain whole characters. */
  public static String decode(byte[] bytes, int from, int to, Damage damage) {
    if (isPlain(bytes, from, to)) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    CharBuffer out = CharBuffer.allocate(to - from);
    while (in.position() < to) {
      int nul = indexOfNul(bytes, in.position(), to);
      in.limit(nul);
      CoderResult result = decoder.decode(in, out, true);
      while (!result.isUnderflow()) {
        damage.found(in.position(), bytes[in.position()] & 0xFF);
        out.put(REPLACEMENT);
        in.position(in.position() + result.length());
        result = decoder.decode(in, out, true);
      }
      in.limit(to);
      if (nul < to) {
        damage.found(nul, 0);
        out.put(REPLACEMENT);
        in.position(nul + 1);
      }
    }
    return out.flip().toString();
  }

  /** Decodes a whole file or entry, like {@link #strict(String, long, byte[], int, String)}. */
  public static String strict(String place, byte[] bytes) {
    return strict(place, 0, bytes, bytes.length, "");
  }

  /**
   * Decodes a part of a file.
   *
   * @param place file name for messages
   * @param offset offset of the part in the file
   * @param bytes content of the part
   * @param length number of bytes in use
   * @param remedy what to do about another encoding, for messages; empty if there is nothing
   * @throws InputException at the first byte that is NUL or not UTF-8
   */
  public static String strict(String place, long offset, byte[] bytes, int length, String remedy) {
    return decode(
        bytes,
        0,
        length,
        (index, value) -> {
          throw InputErrors.of(
              place,
              "byte " + (offset + index),
              "text in UTF-8",
              value == 0
                  ? "NUL"
                  : String.format(Locale.ROOT, "byte 0x%02X", value)
                      + (remedy.isEmpty() ? "" : "; " + remedy));
        });
  }

  /** The end of the last whole character, at most three bytes before {@code to}. */
  public static int wholeEnd(byte[] bytes, int from, int to) {
    for (int at = to - 1; at >= from && at >= to - 3; at--) {
      int value = bytes[at] & 0xFF;
      if (value >= 0xC0) {
        int length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
        return at + length > to ? at : to;
      }
    }
    return to;
  }

  /** Whether a byte-order mark begins at {@code from}. */
  public static boolean hasMark(byte[] bytes, int from, int to) {
    return to - from >= MARK.length
        && bytes[from] == MARK[0]
        && bytes[from + 1] == MARK[1]
        && bytes[from + 2] == MARK[2];
  }

  /** Replaces unpaired surrogates, which UTF-8 cannot encode. */
  public static String wholeCharacters(String text) {
    return checked(text, false, (index, value) -> {});
  }

  /**
   * Reports and replaces unpaired surrogates and NUL, for text from sources such as JSON escapes.
   */
  public static String checked(String text, Damage damage) {
    return checked(text, true, damage);
  }

  private static String checked(String text, boolean nul, Damage damage) {
    @Nullable StringBuilder clean = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c) && (c != 0 || !nul)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      damage.found(i, c);
      clean = clean == null ? new StringBuilder(text) : clean;
      clean.setCharAt(i, REPLACEMENT);
    }
    return clean == null ? text : clean.toString();
  }

  private static boolean isPlain(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] <= 0) {
        return false;
      }
    }
    return true;
  }

  private static int indexOfNul(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != 0) {
      at++;
    }
    return at;
  }
}

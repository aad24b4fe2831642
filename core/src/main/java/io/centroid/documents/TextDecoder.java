package io.centroid.documents;

import io.centroid.InputException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decodes UTF-8 strictly. What is none, and NUL, which no text holds, is refused with its offset,
 * or replaced by U+FFFD and counted. Not thread-safe.
 */
final class TextDecoder {
  private static final char REPLACEMENT = '\uFFFD';

  private final boolean replaceBad;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private long replaced;

  TextDecoder(boolean replaceBad) {
    this.replaceBad = replaceBad;
  }

  /** How many characters were replaced so far. */
  long replaced() {
    return replaced;
  }

  /**
   * The text of whole characters.
   *
   * @param path the file, for messages
   * @param offset of {@code bytes[from]} in the file
   */
  String decode(String path, byte[] bytes, int from, int to, long offset) {
    if (isPlain(bytes, from, to)) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    CharBuffer out = CharBuffer.allocate(to - from);
    decoder.reset();
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isUnderflow()) {
        break;
      }
      int at = in.position();
      bad(path, () -> offset + at - from, () -> String.format("byte 0x%02X", bytes[at] & 0xFF));
      in.position(in.position() + result.length());
      out.put(REPLACEMENT);
    }
    out.flip();
    for (int i = 0; i < out.limit(); i++) {
      if (out.get(i) == 0) {
        bad(path, () -> offset + firstNul(bytes, from) - from, () -> "a NUL byte");
        out.put(i, REPLACEMENT);
      }
    }
    return out.toString();
  }

  /**
   * The text with what cannot be written in UTF-8 or is NUL replaced; such as a JSON escape may
   * give.
   *
   * @param offset where its line begins
   */
  String checked(String path, String text, long offset) {
    @Nullable StringBuilder clean = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != 0 && !Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      bad(
          path,
          () -> offset,
          () -> c == 0 ? "an escaped NUL in the line" : "half a surrogate pair in the line");
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

  private static int firstNul(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] != 0) {
      at++;
    }
    return at;
  }

  /** Place and words are asked for only if they are told: a file may have millions of such. */
  private void bad(String path, LongSupplier offset, Supplier<String> found) {
    if (!replaceBad) {
      throw new InputException(
          path + ": byte " + offset.getAsLong() + ": expected text in UTF-8, found " + found.get());
    }
    replaced++;
  }
}

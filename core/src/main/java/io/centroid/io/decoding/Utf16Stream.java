package io.centroid.io.decoding;

import io.centroid.error.InputErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A stream of a UTF-16 text as UTF-8, without its byte-order mark. Strict; not thread-safe. */
final class Utf16Stream extends InputStream {
  private final String path;
  private final Reader text;
  private final char[] characters = new char[1 << 14];
  private byte[] bytes = {};
  private int next;
  private int kept;
  private long decoded;

  /**
   * @param source the text after its byte-order mark
   * @param charset UTF-16LE or UTF-16BE
   */
  Utf16Stream(String path, InputStream source, Charset charset) {
    this.path = path;
    this.text = new InputStreamReader(source, charset.newDecoder());
  }

  /** Whether the bytes begin with a byte-order mark of UTF-16. */
  static boolean hasMark(byte[] head) {
    return head.length >= 2
        && ((head[0] == (byte) 0xFF && head[1] == (byte) 0xFE)
            || (head[0] == (byte) 0xFE && head[1] == (byte) 0xFF));
  }

  /** The charset of a byte-order mark. */
  static Charset charset(byte[] mark) {
    return mark[0] == (byte) 0xFF ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (next == bytes.length) {
      if (!fill()) {
        return -1;
      }
    }
    int copied = Math.min(count, bytes.length - next);
    System.arraycopy(bytes, next, target, offset, copied);
    next += copied;
    return copied;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }

  /** Encodes the next characters; the first half of a surrogate pair waits for the second. */
  private boolean fill() throws IOException {
    int read;
    try {
      read = text.read(characters, kept, characters.length - kept);
    } catch (CharacterCodingException e) {
      throw InputErrors.of(
          path,
          "after character "
              + decoded
              + ": expected UTF-16 text as the byte-order mark says, found invalid bytes");
    }
    if (read < 0) {
      return false;
    }
    int length = kept + read;
    int whole = Character.isHighSurrogate(characters[length - 1]) ? length - 1 : length;
    bytes = new String(characters, 0, whole).getBytes(StandardCharsets.UTF_8);
    next = 0;
    decoded += read;
    kept = length - whole;
    System.arraycopy(characters, whole, characters, 0, kept);
    return true;
  }
}

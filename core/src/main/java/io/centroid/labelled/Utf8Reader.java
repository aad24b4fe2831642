package io.centroid.labelled;

import io.centroid.InputException;
import io.centroid.Rejection;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decodes UTF-8 strictly: what is none, and NUL, which no text holds, is an {@link InputException}
 * that names file and line. A byte-order mark is skipped. Not thread-safe.
 */
final class Utf8Reader extends Reader {
  private static final int BUFFER = 1 << 17;

  private final String path;
  private final InputStream source;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private final CharBuffer decoded = CharBuffer.allocate(BUFFER).flip();
  private boolean ended;
  private boolean started;
  private long linesDecoded;

  Utf8Reader(String path, InputStream source) {
    this.path = path;
    this.source = source;
  }

  /** The file as the user wrote it. */
  String path() {
    return path;
  }

  @Override
  public int read(char[] target, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count > 0 && !decoded.hasRemaining() && !decode()) {
      return -1;
    }
    int read = Math.min(count, decoded.remaining());
    decoded.get(target, offset, read);
    return read;
  }

  /**
   * The next line without its end, LF or CRLF; null at the end of the file.
   *
   * @param number of the line, for the message if it is too long
   */
  @Nullable String line(long number, int longest) {
    if (!decoded.hasRemaining() && !decode()) {
      return null;
    }
    StringBuilder line = new StringBuilder();
    while (decoded.hasRemaining() || decode()) {
      char next = decoded.get();
      if (next == '\n') {
        break;
      }
      if (line.length() > longest) {
        throw fault(number, "longer than " + longest + " characters");
      }
      line.append(next);
    }
    int last = line.length() - 1;
    if (last >= 0 && line.charAt(last) == '\r') {
      line.setLength(last);
    }
    return line.toString();
  }

  /** A refusal of something at a line. */
  InputException fault(long line, String what) {
    return Rejection.of(path, "line " + line + ": " + what);
  }

  @Override
  public void close() {
    try {
      source.close();
    } catch (IOException e) {
      // Nothing was written: a reader that has all its bytes need not fail.
    }
  }

  /** Decodes some characters; false at the end of the file. */
  private boolean decode() {
    decoded.clear();
    while (true) {
      CoderResult result = decoder.decode(bytes, decoded, ended);
      if (decoded.position() > 0) {
        decoded.flip();
        check();
        if (decoded.hasRemaining()) {
          return true;
        }
        decoded.clear();
      } else if (result.isError()) {
        throw fault(
            linesDecoded + 1,
            String.format("byte 0x%02X, expected UTF-8 text", bytes.get(bytes.position()) & 0xFF));
      } else if (ended) {
        decoded.flip();
        return false;
      } else {
        fill();
      }
    }
  }

  private void fill() {
    bytes.compact();
    try {
      int read = source.read(bytes.array(), bytes.position(), bytes.remaining());
      ended = read < 0;
      bytes.position(bytes.position() + Math.max(0, read));
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), e);
    }
    bytes.flip();
  }

  private void check() {
    if (!started) {
      started = true;
      if (decoded.get(0) == '\uFEFF') {
        decoded.position(1);
      }
    }
    for (int i = decoded.position(); i < decoded.limit(); i++) {
      char found = decoded.get(i);
      if (found == 0) {
        throw fault(linesDecoded + 1, "a NUL character, expected text");
      }
      linesDecoded += found == '\n' ? 1 : 0;
    }
  }
}

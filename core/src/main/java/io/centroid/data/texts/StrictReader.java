package io.centroid.data.texts;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Utf8;
import io.centroid.io.decoding.TextEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of text. Invalid bytes are an {@link InputException} that names file and line. A
 * byte-order mark is skipped. Not thread-safe.
 */
public final class StrictReader extends Reader {
  private static final int BUFFER = 1 << 17;

  private final String path;
  private final InputStream source;
  private final TextEncoding encoding;
  private final byte[] bytes = new byte[BUFFER];
  private int held;
  private String decoded = "";
  private int next;
  private boolean ended;
  private boolean started;
  private long lines;

  public StrictReader(String path, InputStream source, TextEncoding encoding) {
    this.path = path;
    this.source = source;
    this.encoding = encoding;
  }

  /** Path of the file as given by the user. */
  public String path() {
    return path;
  }

  @Override
  public int read(char[] target, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count > 0 && !more()) {
      return -1;
    }
    int read = Math.min(count, decoded.length() - next);
    decoded.getChars(next, next + read, target, offset);
    next += read;
    return read;
  }

  /**
   * The next line without its LF or CRLF; null at the end of the file.
   *
   * @param number line number for messages
   * @param longest maximum length in characters
   */
  public @Nullable String line(long number, int longest) {
    if (!more()) {
      return null;
    }
    StringBuilder line = new StringBuilder();
    boolean whole = false;
    while (!whole && more()) {
      int end = decoded.indexOf('\n', next);
      whole = end >= 0;
      line.append(decoded, next, whole ? end : decoded.length());
      next = whole ? end + 1 : decoded.length();
      if (line.length() > longest + 1) {
        throw error(number, "longer than " + longest + " characters");
      }
    }
    int last = line.length() - 1;
    if (last >= 0 && line.charAt(last) == '\r') {
      line.setLength(last);
    }
    return line.toString();
  }

  /** The first line that is not blank, which is not consumed; cut after {@code longest}. */
  public String peekLine(int longest) {
    more();
    // A stream may return a few bytes at a time.
    while (decoded.indexOf('\n', firstOfLine()) < 0
        && decoded.length() - next <= longest
        && append()) {}
    int from = firstOfLine();
    int end = decoded.indexOf('\n', from);
    int limit = Math.min(end < 0 ? decoded.length() : end, from + longest);
    return decoded.substring(from, limit);
  }

  /** Index of the next character that is not blank. */
  private int firstOfLine() {
    int from = next;
    while (from < decoded.length() && decoded.charAt(from) <= ' ') {
      from++;
    }
    return from;
  }

  /** An error at a line. */
  public InputException error(long line, String what) {
    return InputErrors.of(path, "line " + line + ": " + what);
  }

  @Override
  public void close() {
    try {
      source.close();
    } catch (IOException e) {
      // A failed close of a reader loses nothing.
    }
  }

  /** Decodes more characters if necessary; false at the end of the file. */
  private boolean more() {
    while (next == decoded.length() && !ended) {
      fill();
      int end = ended ? held : encoding.wholeEnd(bytes, 0, held);
      int from = !started && Utf8.hasMark(bytes, 0, end) ? 3 : 0;
      started |= end > 0;
      decoded = encoding.decode(bytes, from, end, this::reject);
      next = 0;
      lines += lineEnds(end);
      System.arraycopy(bytes, end, bytes, 0, held - end);
      held -= end;
    }
    return next < decoded.length();
  }

  /** Decodes more characters after those that were not read; false at the end of the file. */
  private boolean append() {
    String unread = decoded.substring(next);
    next = decoded.length();
    boolean more = more();
    decoded = more ? unread + decoded : unread;
    next = 0;
    return more;
  }

  private void fill() {
    try {
      int read = source.read(bytes, held, bytes.length - held);
      ended = read < 0;
      held += Math.max(0, read);
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), e);
    }
  }

  private void reject(int index, int value) {
    throw error(
        1 + lines + lineEnds(index),
        value == 0
            ? "a NUL character, expected text"
            : String.format(Locale.ROOT, "byte 0x%02X, expected %s", value, encoding.expected()));
  }

  /** Number of line ends before an index in the buffer. */
  private long lineEnds(int end) {
    long found = 0;
    for (int i = 0; i < end; i++) {
      found += bytes[i] == '\n' ? 1 : 0;
    }
    return found;
  }
}

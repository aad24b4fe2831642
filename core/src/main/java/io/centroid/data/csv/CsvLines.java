package io.centroid.data.csv;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.decoding.FileContent;
import io.centroid.io.decoding.TextEncoding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An iterator over the rows that begin in a byte range of a file. A row is a line, which ends with
 * LF, CRLF or the end of the file; blank lines are skipped. Then it reads little beyond the range.
 * If quoted fields of the file have line breaks, a row may be several lines; where it begins is
 * known only from the quotes before it, so that all bytes from the first row on are read. Call
 * {@link #range}, then {@link #next} until it returns false. Not thread-safe.
 */
final class CsvLines {
  static final int LONGEST_LINE = 1 << 20;
  private static final int FIRST_BUFFER = 1 << 17;
  private static final int STEP_PAST_RANGE = 4096;

  private final FileContent content;
  private final CsvHeader header;
  private final long dataStart;
  private final char delimiter;
  private final CsvQuotes quotes;
  private final boolean multiline;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private long bufferOffset;
  private int filled;
  private int cursor;
  private long rangeEnd;
  private int start;
  private int end;

  /**
   * @param multiline whether quoted fields have line breaks
   */
  CsvLines(FileContent content, CsvHeader header, boolean multiline) {
    this.content = content;
    this.header = header;
    this.dataStart = header.dataStart();
    this.delimiter = header.delimiter();
    this.quotes = new CsvQuotes(delimiter);
    this.multiline = multiline;
    this.bufferOffset = dataStart;
  }

  /**
   * Seeks to the first row that begins in {@code from..to-1}. Ranges are ascending and do not
   * overlap.
   */
  void range(long from, long to) {
    rangeEnd = to;
    if (multiline) {
      while (bufferOffset + cursor < Math.min(from, content.length())) {
        int rowEnd = lineEnd();
        cursor = Math.min(filled, rowEnd + 1);
      }
      return;
    }
    cursor = 0;
    filled = 0;
    bufferOffset = Math.max(dataStart, from - 1);
    if (from > dataStart) {
      int previousEnd = lineEnd();
      cursor = Math.min(filled, previousEnd + 1);
    }
  }

  /** Advances to the next row; false if none begins in the range. */
  boolean next() {
    do {
      start = cursor;
      if (offset() >= rangeEnd || offset() >= content.length()) {
        return false;
      }
      end = lineEnd();
      start = cursor;
      cursor = Math.min(filled, end + 1);
      if (end > start && buffer[end - 1] == '\r') {
        end--;
      }
    } while (isBlank());
    return true;
  }

  private boolean isBlank() {
    int at = start;
    while (at < end && buffer[at] <= ' ' && buffer[at] != delimiter && isSpace(buffer[at])) {
      at++;
    }
    return at == end;
  }

  private static boolean isSpace(byte value) {
    return value == ' ' || value == '\t' || value == '\r';
  }

  /**
   * The field of a column without quotes and the spaces around it, one character per byte.
   *
   * @throws CsvFieldException if the row does not have the column
   */
  String field(int column) {
    String plain = plainField(column);
    if (plain != null && !plain.isEmpty()) { // A row that is too short has an empty field as well.
      return plain;
    }
    String[] found = {""};
    CsvRecords records =
        new CsvRecords(
            text(),
            delimiter,
            (at, buffer, offset, length, quoted) -> {
              if (at == column) {
                String text = new String(buffer, offset, length);
                found[0] = quoted ? text : text.strip();
              }
            });
    if (records.next() && records.count() <= column) {
      throw new CsvFieldException(
          records.count(),
          "the row has " + records.count() + " columns, expected " + header.names().size());
    }
    return found[0];
  }

  /** The field of a column without surrounding spaces; null if the row has quotes. */
  private @Nullable String plainField(int column) {
    int from = start;
    int seen = 0;
    for (int i = start; i < end; i++) {
      if (buffer[i] == '"') {
        return null;
      }
      if (buffer[i] == delimiter) {
        if (seen == column) {
          return field(from, i);
        }
        seen++;
        from = i + 1;
      }
    }
    return seen == column ? field(from, end) : "";
  }

  private String field(int from, int to) {
    return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1).strip();
  }

  /** The row without its terminator, one character per byte. */
  String text() {
    return new String(buffer, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /**
   * Parses the row.
   *
   * @throws InputException if it is not a row of the table
   */
  void parse(CsvRow row) {
    try {
      row.parse(buffer, start, end);
    } catch (CsvFieldException invalid) {
      throw error(invalid);
    }
  }

  /** Offset of the row's first byte in the file. */
  long offset() {
    return bufferOffset + start;
  }

  /** An error at the current row; counts the lines before it. */
  InputException error(String what) {
    return InputErrors.of(content.path(), "line " + lineNumber() + ": " + what);
  }

  /** The error of an invalid field of the current row. */
  InputException error(CsvFieldException invalid) {
    String place = "line " + lineNumber() + ", column " + (invalid.column() + 1) + ": ";
    String removal = isCut() ? removal() : "";
    return InputErrors.of(content.path(), place + invalid.getMessage() + removal)
        .orConcealed(InputErrors.of(content.path(), place + invalid.concealed() + removal));
  }

  /** Whether the current row is a line that ends within a quoted field. */
  private boolean isCut() {
    quotes.rowEnd(buffer, start, end);
    return !multiline && quotes.isOpen() && bufferOffset + cursor < content.length();
  }

  /** What to do about a line break that is found too late. */
  private String removal() {
    boolean plain = ",;|".indexOf(delimiter) >= 0; // No shell interprets it in double quotes.
    return String.format(
        Locale.ROOT,
        " (a line break in the field? It comes after the part of the file that decides whether rows"
            + " are lines. To replace line breaks by spaces: python3 -c \"import csv;"
            + " csv.field_size_limit(1 << 30); d = dict(delimiter='%s');"
            + " o = dict(newline='', encoding='%s');"
            + " csv.writer(open('NEW.csv', 'w', **o), **d).writerows(([' '.join(f.splitlines())"
            + " for f in r] for r in csv.reader(open('OLD.csv', **o), skipinitialspace=True,"
            + " **d)))\")",
        plain ? delimiter : String.format(Locale.ROOT, "\\x%02x", (int) delimiter),
        charset());
  }

  /** The file's encoding as Python names it. */
  private String charset() {
    if (!header.encoding().equals(TextEncoding.MARKED_UTF_8)) {
      return header.encoding().name().toLowerCase(Locale.ROOT);
    }
    return content instanceof FileContent.Decoded ? "utf-16" : "utf-8-sig";
  }

  /** End of the row at the cursor: index of its LF, or of the end of the file. */
  private int lineEnd() {
    int scanned = cursor;
    quotes.begin();
    while (true) {
      int found = lineFeed(scanned);
      if (found < filled) {
        return found;
      }
      if (filled - cursor > LONGEST_LINE + 1) {
        start = cursor;
        throw error(
            quotes.isOpen()
                ? "a quoted field does not end within " + LONGEST_LINE + " bytes"
                : "longer than " + LONGEST_LINE + " bytes");
      }
      int kept = filled - cursor;
      if (!fill()) {
        requireWhole();
        return filled;
      }
      scanned = cursor + kept;
    }
  }

  private void requireWhole() {
    long ends = bufferOffset + filled;
    if (ends < content.length()) {
      throw InputErrors.of(
          content.path(),
          "offset " + ends,
          "a file of " + content.length() + " bytes",
          "its end; it was changed while it was read");
    }
  }

  /** Index of the first LF from an index on that ends the row; {@code filled} if there is none. */
  private int lineFeed(int from) {
    byte[] bytes = buffer;
    int at = from;
    if (multiline) {
      while (at < filled && !quotes.ends(bytes[at])) {
        at++;
      }
      return at;
    }
    while (at < filled && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  private boolean fill() {
    if (filled == buffer.length) {
      if (cursor > 0) {
        System.arraycopy(buffer, cursor, buffer, 0, filled - cursor);
        bufferOffset += cursor;
        filled -= cursor;
        cursor = 0;
      } else {
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
    }
    long position = bufferOffset + filled;
    long wanted = position < rangeEnd ? rangeEnd - position : STEP_PAST_RANGE;
    int read =
        content.read(position, buffer, filled, (int) Math.min(wanted, buffer.length - filled));
    filled += Math.max(0, read);
    return read > 0;
  }

  long lineNumber() {
    byte[] block = new byte[1 << 16];
    long line = 1;
    long position = 0;
    while (position < offset()) {
      int read =
          content.read(position, block, 0, (int) Math.min(block.length, offset() - position));
      if (read <= 0) {
        break;
      }
      for (int i = 0; i < read; i++) {
        line += block[i] == '\n' ? 1 : 0;
      }
      position += read;
    }
    return line;
  }
}

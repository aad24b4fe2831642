package io.centroid.data.csv;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * A reader of CSV records (RFC 4180): quoted fields may contain delimiters, line breaks and doubled
 * quotes. FastCSV passes each field as a range of its buffer, so that numbers need no strings. Not
 * thread-safe.
 */
public final class CsvRecords {
  /** Characters that FastCSV buffers in addition to a field. */
  private static final int BLOCK = 1 << 14;

  /**
   * Appended to the text, which contains no NUL. FastCSV accepts an unterminated quoted field at
   * the end of the text: the field then contains this suffix.
   */
  private static final String END = "\n\0";

  private final Fields fields;
  private final int longest;
  private final boolean isRow;
  private final CloseableIterator<CsvRecords> records;
  private int count;
  private long line;
  private boolean ended;

  /** Receives the fields of a record in order. */
  @FunctionalInterface
  public interface Fields {

    /**
     * Receives a field without its quotes. The characters are valid only during the call.
     *
     * @param column index of the column, from 0
     * @throws CsvFieldException if the field is invalid
     */
    void field(int column, char[] buffer, int offset, int length, boolean quoted);
  }

  /**
   * A reader of a text without NUL; the text is not closed.
   *
   * @param longest maximum length of a field in characters
   */
  public CsvRecords(Reader text, char delimiter, int longest, Fields fields) {
    this.fields = fields;
    this.longest = longest;
    this.isRow = false;
    this.records =
        builder(delimiter)
            .maxBufferSize(2 * longest + BLOCK) // a quote in a quoted field is two characters
            .build(new Handler(), withEnd(text))
            .iterator();
  }

  /** A reader of one row without its terminator; spaces around quotes are skipped. */
  CsvRecords(String row, char delimiter, Fields fields) {
    this.fields = fields;
    this.longest = row.length();
    this.isRow = true;
    this.records =
        builder(delimiter)
            .trimWhitespacesAroundQuotes(row.indexOf('"') >= 0) // takes twice as long
            .build(new Handler(), row + END)
            .iterator();
  }

  /**
   * Reads the next record; false at the end of the text.
   *
   * @throws CsvFieldException if a field is not terminated, or the receiver rejects it
   */
  public boolean next() {
    try {
      return !ended && records.hasNext() && !records.next().ended;
    } catch (CsvParseException e) {
      throw failure(e.getCause());
    }
  }

  /** Number of the line, from 1, in which the record begins. */
  public long line() {
    return line;
  }

  /** Number of fields in the record; 0 for an empty line. */
  public int count() {
    return count;
  }

  private static CsvReader.CsvReaderBuilder builder(char delimiter) {
    return CsvReader.builder()
        .fieldSeparator(delimiter)
        .skipEmptyLines(false)
        .allowExtraFields(true)
        .allowMissingFields(true);
  }

  private static Reader withEnd(Reader text) {
    return new FilterReader(text) {
      private int at = -1;

      @Override
      public int read(char[] target, int offset, int count) throws IOException {
        int read = at < 0 ? super.read(target, offset, count) : -1;
        if (read >= 0) {
          return read;
        }
        at++;
        if (at >= END.length()) {
          return -1;
        }
        target[offset] = END.charAt(at);
        return 1;
      }
    };
  }

  private RuntimeException failure(@Nullable Throwable cause) {
    if (cause instanceof CsvParseException own) {
      return String.valueOf(own.getMessage()).contains("buffer size") ? tooLong() : unended(0);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException thrown ? thrown : new IllegalStateException(cause);
  }

  private CsvFieldException tooLong() {
    return new CsvFieldException(count, "a field longer than " + longest + " characters");
  }

  private CsvFieldException unended(int lines) {
    return new CsvFieldException(
        count,
        "a quoted field must end with a quote before the next delimiter or line end"
            + (lines > 0 && !isRow ? " (it continues to line " + (line + lines) + ")" : ""));
  }

  private static int lineEnds(char[] buffer, int offset, int length) {
    int found = 0;
    for (int i = offset; i < offset + length; i++) {
      found += buffer[i] == '\n' ? 1 : 0;
    }
    return found;
  }

  private final class Handler extends CsvCallbackHandler<CsvRecords> {
    @Override
    protected void beginRecord(long startingLine) {
      count = 0;
      line = startingLine;
    }

    @Override
    protected void addField(char[] buffer, int offset, int length, boolean quoted) {
      if ((quoted || count == 0) && length > 0 && buffer[offset + length - 1] == 0) {
        atEnd(buffer, offset, length, quoted);
      } else if (length > longest) {
        throw tooLong();
      } else {
        fields.field(count, buffer, offset, length, quoted);
      }
      count++;
    }

    private void atEnd(char[] buffer, int offset, int length, boolean quoted) {
      if (quoted) {
        throw unended(lineEnds(buffer, offset, length) - 1); // without the line break of END
      }
      ended = count == 0 && length == 1;
      if (!ended) {
        fields.field(count, buffer, offset, length, false);
      }
    }

    @Override
    protected CsvRecords buildRecord() {
      return CsvRecords.this;
    }

    @Override
    protected RecordType getRecordType() {
      return RecordType.DATA;
    }

    @Override
    protected int getFieldCount() {
      return count;
    }

    @Override
    protected void setEmpty() {
      // An empty line: count() is 0.
    }

    @Override
    protected void setComment(char[] buffer, int offset, int length) {
      throw new IllegalStateException("comments are switched off");
    }
  }
}

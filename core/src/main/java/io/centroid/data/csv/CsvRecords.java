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
 * The records of CSV (RFC 4180): quoted fields may hold delimiters, line ends and doubled quotes.
 * FastCSV hands over each field as characters of its buffer, so that numbers need no strings. Not
 * thread-safe.
 */
public final class CsvRecords {
  /** What FastCSV needs beside a field, in characters. */
  private static final int BLOCK = 1 << 14;

  /**
   * Follows the text, which holds no NUL. FastCSV takes a quoted field that never ends for complete
   * at the end of the text: this is then inside of it.
   */
  private static final String END = "\n\0";

  private final Fields fields;
  private final int longest;
  private final CloseableIterator<CsvRecords> records;
  private int count;
  private long line;
  private boolean ended;

  /** Takes the fields of a record in their order. */
  @FunctionalInterface
  public interface Fields {

    /**
     * A field, without its quotes. The characters are valid during the call.
     *
     * @param column from 0
     * @throws CsvFault if it is not what it must be
     */
    void field(int column, char[] buffer, int offset, int length, boolean quoted);
  }

  /**
   * The records of a text, which has no NUL and is not closed.
   *
   * @param longest most characters of a field
   */
  public CsvRecords(Reader text, char delimiter, int longest, Fields fields) {
    this.fields = fields;
    this.longest = longest;
    this.records =
        builder(delimiter)
            .maxBufferSize(2 * longest + BLOCK) // a quote in a quoted field is two characters
            .build(new Handler(), withEnd(text))
            .iterator();
  }

  /** The record in a line without its line end; spaces around quotes are skipped. */
  CsvRecords(String line, char delimiter, Fields fields) {
    this.fields = fields;
    this.longest = line.length();
    this.records =
        builder(delimiter)
            .trimWhitespacesAroundQuotes(line.indexOf('"') >= 0) // takes twice as long
            .build(new Handler(), line + END)
            .iterator();
  }

  /**
   * Hands over the fields of the next record; false at the end of the text.
   *
   * @throws CsvFault if a field does not end as it must, or is refused by who takes it
   */
  public boolean next() {
    try {
      return !ended && records.hasNext() && !records.next().ended;
    } catch (CsvParseException e) {
      throw failure(e.getCause());
    }
  }

  /** The line, from 1, in which the record begins. */
  public long line() {
    return line;
  }

  /** Number of the record's fields; 0 if it is an empty line. */
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

  private CsvFault tooLong() {
    return new CsvFault(count, "a field longer than " + longest + " characters");
  }

  private CsvFault unended(int lines) {
    return new CsvFault(
        count,
        "a quoted field must end with a quote before the next comma or line end"
            + (lines > 0 ? " (it goes on to line " + (line + lines) + ")" : ""));
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
        throw unended(lineEnds(buffer, offset, length) - 1); // without END's own
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
      // No field: count() tells.
    }

    @Override
    protected void setComment(char[] buffer, int offset, int length) {
      throw new IllegalStateException("comments are switched off");
    }
  }
}

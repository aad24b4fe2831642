package io.centroid.redact.table;

import io.centroid.data.csv.CsvDialect;
import io.centroid.data.csv.CsvFieldException;
import io.centroid.data.csv.CsvRecords;
import io.centroid.data.texts.StrictReader;
import io.centroid.error.InputException;
import io.centroid.io.decoding.TextEncoding;
import java.io.Closeable;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a CSV table with a header line, as texts. Every row has as many fields as the header;
 * blank lines are skipped. Errors name file, line and column and never quote a cell. Not
 * thread-safe.
 */
public final class CsvTable implements Closeable {
  /** Maximum length of a cell in characters. */
  private static final int LONGEST = 1 << 20;

  private static final Pattern PLAIN = Pattern.compile("[^,;|\\s]+");

  private final StrictReader text;
  private final char delimiter;
  private final CsvRecords records;
  private final List<String> fields = new ArrayList<>();
  private final List<Boolean> quotes = new ArrayList<>();
  private final List<String> header;
  private final List<Boolean> headerQuotes;
  private final long headerLine;

  /**
   * Reads the header.
   *
   * @param path path for messages; a name in {@code .tsv} has tabs
   * @param utf8 content of the file, closed with the table
   * @throws InputException if there is no header, or a column is named twice
   */
  public CsvTable(String path, InputStream utf8) {
    this.text = new StrictReader(path, utf8, TextEncoding.UTF_8);
    this.delimiter = CsvDialect.DEFAULT.delimiterOf(path, text.peekLine(LONGEST));
    this.records =
        new CsvRecords(
            text,
            delimiter,
            LONGEST,
            (column, buffer, offset, length, quoted) -> {
              fields.add(new String(buffer, offset, length));
              quotes.add(quoted);
            });
    if (!read()) {
      throw text.error(1, "the file is empty, expected a header line");
    }
    this.header = List.copyOf(fields);
    this.headerQuotes = List.copyOf(quotes);
    this.headerLine = records.line();
    for (int column = 0; column < header.size(); column++) {
      int first = header.indexOf(header.get(column));
      if (first < column) {
        // The names are not shown: without a header line they are cells.
        throw text.error(
            headerLine,
            "columns "
                + (first + 1)
                + " and "
                + (column + 1)
                + " have the same name in the header");
      }
    }
  }

  /** Names of the columns. */
  public List<String> header() {
    return header;
  }

  /** Whether each name in the header is quoted. */
  public List<Boolean> headerQuotes() {
    return headerQuotes;
  }

  /** Character between fields. */
  public char delimiter() {
    return delimiter;
  }

  /** The line, from 1, in which the current row begins. */
  public long line() {
    return records.line();
  }

  /** Whether each cell of the current row is quoted. */
  public List<Boolean> quotes() {
    return List.copyOf(quotes);
  }

  /**
   * The cells of the next row; null at the end of the table.
   *
   * @throws InputException if it is damaged, or has another number of cells than the header
   */
  public @Nullable List<String> next() {
    if (!read()) {
      return null;
    }
    if (fields.size() != header.size()) {
      throw error(
          fields.size() + " fields, expected " + header.size() + " as in line " + headerLine);
    }
    return List.copyOf(fields);
  }

  /** The index of a column. */
  public int column(String name) {
    int index = header.indexOf(name);
    if (index < 0) {
      throw text.error(headerLine, "no column '" + name + "'");
    }
    return index;
  }

  /** An error in the current row. */
  public InputException error(String what) {
    return text.error(records.line(), what);
  }

  @Override
  public void close() {
    text.close();
  }

  /**
   * A row as a line of CSV (RFC 4180), with LF.
   *
   * @param cells cells of the row
   * @param quotes cells to quote in any case
   */
  public static String line(char delimiter, List<String> cells, List<Boolean> quotes) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      if (i > 0) {
        line.append(delimiter);
      }
      String cell = cells.get(i);
      // A blank line would be skipped, and a line of one cell shows no delimiter.
      boolean alone = cells.size() == 1 && !PLAIN.matcher(cell).matches();
      if (quotes.get(i) || alone || mustQuote(delimiter, cell)) {
        line.append('"').append(cell.replace("\"", "\"\"")).append('"');
      } else {
        line.append(cell);
      }
    }
    return line.append('\n').toString();
  }

  private static boolean mustQuote(char delimiter, String cell) {
    return cell.chars().anyMatch(c -> c == delimiter || c == '"' || c == '\n' || c == '\r');
  }

  /** Reads the next record that is not a blank line; false at the end of the file. */
  private boolean read() {
    do {
      fields.clear();
      quotes.clear();
      try {
        if (!records.next()) {
          return false;
        }
      } catch (CsvFieldException invalid) {
        throw text.error(records.line(), String.valueOf(invalid.getMessage()));
      }
    } while (fields.isEmpty() || (fields.size() == 1 && !quotes.get(0) && fields.get(0).isBlank()));
    return true;
  }
}

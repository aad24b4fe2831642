package io.centroid.data.csv;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Utf8;
import io.centroid.io.decoding.BinaryFormat;
import io.centroid.io.decoding.FileHead;
import io.centroid.io.decoding.TextEncoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The header line of a CSV file.
 *
 * @param path path of the file as given by the user
 * @param line number of the line, after 1 only if blank lines precede it
 * @param names names of the columns
 * @param delimiter character between fields
 * @param isTerminated true if the header ends with a delimiter: rows may have an empty last field
 * @param encoding encoding of the file: UTF-8 if it begins with a byte-order mark
 * @param dataStart offset of the first row in bytes
 */
record CsvHeader(
    String path,
    int line,
    List<String> names,
    char delimiter,
    boolean isTerminated,
    TextEncoding encoding,
    long dataStart) {
  private static final int FIRST_LOOK = 1 << 16;

  /** Blank lines and a header line of the maximum length each. */
  private static final int LAST_LOOK = 2 * CsvLines.LONGEST_LINE + 16;

  /** The header and the head of the file. */
  record Found(CsvHeader header, FileHead head) {}

  /** Reads the header and checks that a row follows it. */
  static Found read(HadoopFiles files, String path, CsvDialect dialect) {
    int asked = FIRST_LOOK;
    FileHead head = FileHead.read(files, path, asked);
    requireTable(path, head);
    if (head.bytes().length == asked && isCut(head.bytes(), dialect.candidates(path))) {
      asked = LAST_LOOK;
      head = FileHead.read(files, path, asked);
    }
    boolean whole = head.bytes().length < asked;
    return new Found(parse(path, head, whole, dialect), head);
  }

  /** Whether the head ends before its header line does, by any delimiter. */
  private static boolean isCut(byte[] head, List<Character> delimiters) {
    return delimiters.stream()
        .map(delimiter -> Line.first(head, delimiter))
        .anyMatch(line -> line.isOpen || isBlank(head, line.end, head.length));
  }

  private static void requireTable(String path, FileHead head) {
    BinaryFormat.describeNoTable(head.bytes())
        .ifPresent(
            found -> {
              throw InputErrors.of(path, "is " + found + ", expected a table (CSV or TSV)");
            });
  }

  /**
   * The bytes {@code start} to {@code end} of the first line that is not blank, with those after it
   * if quoted names have line breaks.
   *
   * @param isOpen whether a quoted name has no end; the line then ends with its first LF
   */
  private record Line(int number, int start, int end, boolean isOpen) {
    static Line first(byte[] head, char delimiter) {
      CsvQuotes quotes = new CsvQuotes(delimiter);
      int start = Utf8.hasMark(head, 0, head.length) ? 3 : 0;
      int end = newline(head, start);
      int number = 1;
      while (end < head.length && isBlank(head, start, end)) {
        start = end + 1;
        end = newline(head, start);
        number++;
      }
      int rowEnd = quotes.rowEnd(head, start, head.length);
      return new Line(number, start, rowEnd < head.length ? rowEnd : end, quotes.isOpen());
    }

    void requireWhole(String path, byte[] head, boolean whole) {
      if (whole && isBlank(head, start, head.length)) {
        throw new InputException(path + ": line 1: the file is empty, expected a header line");
      }
      if (start > CsvLines.LONGEST_LINE) {
        throw InputErrors.of(
            path,
            "line 1",
            "a header line in the first " + CsvLines.LONGEST_LINE + " bytes",
            "blank lines");
      }
      if (end - start > CsvLines.LONGEST_LINE) {
        throw new InputException(
            path + ": line " + number + ": longer than " + CsvLines.LONGEST_LINE + " bytes");
      }
    }
  }

  private static CsvHeader parse(String path, FileHead found, boolean whole, CsvDialect dialect) {
    byte[] head = found.bytes();
    char delimiter =
        dialect.delimiterOf(
            path, candidate -> sample(head, Line.first(head, candidate), whole, candidate));
    Line header = Line.first(head, delimiter);
    header.requireWhole(path, head, whole);
    int line = header.number;
    int end = header.end;
    TextEncoding encoding = found.encoding(dialect.encoding());
    String text = text(path, line, head, header.start, end, encoding);
    List<String> names = names(path, line, text, delimiter);
    if (names.stream().noneMatch(name -> Double.isNaN(NumberText.parse(name)))) {
      throw new InputException(
          path
              + ": line "
              + line
              + ": expected a header line that names the columns, found numbers");
    }
    if (names.size() == 1 && areNumbers(names.get(0).split("\\s+"))) {
      throw new InputException(
          path
              + ": line "
              + line
              + ": expected a header line that names the columns, and a delimiter between them;"
              + " found numbers with blanks between them");
    }
    if (whole && isBlank(head, end, head.length) && !separates(head, end, delimiter)) {
      throw new InputException(
          path
              + ": line "
              + (line + 1 + text.chars().filter(c -> c == '\n').count())
              + ": the file ends after its header, expected at least one row");
    }
    boolean terminated =
        names.size() > 1 && text.stripTrailing().endsWith(String.valueOf(delimiter));
    List<String> named = terminated ? names.subList(0, names.size() - 1) : names;
    return new CsvHeader(path, line, List.copyOf(named), delimiter, terminated, encoding, end + 1L);
  }

  private static boolean areNumbers(String[] texts) {
    return Arrays.stream(texts).noneMatch(text -> Double.isNaN(NumberText.parse(text)));
  }

  /** Decodes the line without its terminator. */
  private static String text(
      String path, int line, byte[] head, int start, int end, TextEncoding encoding) {
    int textEnd = end > start && head[end - 1] == '\r' ? end - 1 : end;
    return encoding.decode(
        head,
        start,
        textEnd,
        (index, value) -> {
          throw InputErrors.of(
              path,
              "line " + line + ", byte " + index,
              value == 0 ? "text" : encoding.expected(),
              value == 0
                  ? "NUL; is it UTF-16 without a byte-order mark? iconv -f UTF-16LE -t UTF-8"
                      + " converts it"
                  : String.format(Locale.ROOT, "byte 0x%02X", value));
        });
  }

  private static CsvDialect.Sample sample(byte[] head, Line header, boolean whole, char delimiter) {
    return new CsvDialect.Sample(
        text(head, header.start, header.end),
        firstRow(head, header.end, whole, new CsvQuotes(delimiter)));
  }

  private static String text(byte[] head, int start, int end) {
    return new String(head, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** The row after the header, if the head has it whole; else nothing. */
  private static String firstRow(byte[] head, int headerEnd, boolean whole, CsvQuotes quotes) {
    int start = headerEnd + 1;
    while (start < head.length) {
      int end = quotes.rowEnd(head, start, head.length);
      if (end == head.length && !whole) {
        return "";
      }
      if (!isBlank(head, start, end)) {
        return text(head, start, end);
      }
      start = end + 1;
    }
    return "";
  }

  private static List<String> names(String path, int line, String text, char delimiter) {
    List<String> names = new ArrayList<>();
    try {
      new CsvRecords(
              text,
              delimiter,
              (column, buffer, offset, length, quoted) -> {
                String name = new String(buffer, offset, length);
                names.add(quoted ? name.replaceAll("\\s*\n\\s*", " ") : name.strip());
              })
          .next();
    } catch (CsvFieldException invalid) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s: line %d, column %d: %s",
              path,
              line,
              invalid.column() + 1,
              invalid.getMessage()));
    }
    return names;
  }

  private static int newline(byte[] head, int from) {
    int at = from;
    while (at < head.length && head[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Whether a delimiter follows, which may be a tab: then a row of missing values does. */
  private static boolean separates(byte[] head, int from, char delimiter) {
    for (int i = from; i < head.length; i++) {
      if (head[i] == delimiter) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBlank(byte[] head, int from, int to) {
    for (int i = from; i < to; i++) {
      if (head[i] != '\n' && head[i] != '\r' && head[i] != ' ' && head[i] != '\t') {
        return false;
      }
    }
    return true;
  }
}

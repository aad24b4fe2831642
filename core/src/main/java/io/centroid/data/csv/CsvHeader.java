package io.centroid.data.csv;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Utf8;
import io.centroid.io.decoding.FileHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The header line of a CSV file.
 *
 * @param columns number of columns
 * @param target index of the target column; -1 if the file is unlabeled
 * @param dataStart offset of the first row in bytes
 */
record CsvHeader(int columns, int target, long dataStart) {
  private static final int FIRST_LOOK = 1 << 16;

  /** The header and the head of the file. */
  record Found(CsvHeader header, FileHead head) {}

  /** Reads the header and checks that a row follows it. */
  static Found read(HadoopFiles files, String path, String targetName) {
    FileHead head = FileHead.read(files, path, FIRST_LOOK);
    if (head.bytes().length == FIRST_LOOK && newline(head.bytes()) > FIRST_LOOK - 3) {
      head = FileHead.read(files, path, CsvLines.LONGEST_LINE + 8);
    }
    return new Found(parse(path, head.bytes(), targetName), head);
  }

  int features() {
    return target < 0 ? columns : columns - 1;
  }

  private static CsvHeader parse(String path, byte[] head, String targetName) {
    int start = Utf8.hasMark(head, 0, head.length) ? 3 : 0;
    if (head.length == start) {
      throw new InputException(path + ": line 1: the file is empty, expected a header line");
    }
    int end = newline(head);
    if (end - start > CsvLines.LONGEST_LINE) {
      throw new InputException(path + ": line 1: longer than " + CsvLines.LONGEST_LINE + " bytes");
    }
    int textEnd = end > start && head[end - 1] == '\r' ? end - 1 : end;
    List<String> names =
        names(path, new String(head, start, textEnd - start, StandardCharsets.UTF_8));
    if (names.stream().noneMatch(name -> Double.isNaN(NumberText.parse(name)))) {
      throw new InputException(
          path + ": line 1: expected a header line that names the columns, found numbers");
    }
    int target = names.indexOf(targetName);
    int again = names.lastIndexOf(targetName);
    if (target != again) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s: line 1, column %d: duplicate column '%s', expected one",
              path,
              again + 1,
              targetName));
    }
    if (target >= 0 && names.size() == 1) {
      throw new InputException(
          path + ": line 1: expected a column other than '" + targetName + "', found none");
    }
    if (onlyLineEndsFrom(head, end)) {
      throw new InputException(
          path + ": line 2: the file ends after its header, expected at least one row");
    }
    return new CsvHeader(names.size(), target, end + 1L);
  }

  private static List<String> names(String path, String line) {
    List<String> names = new ArrayList<>();
    try {
      new CsvRecords(
              line,
              CsvFormat.DELIMITER,
              (column, buffer, offset, length, quoted) -> {
                String name = new String(buffer, offset, length);
                names.add(quoted ? name : name.strip());
              })
          .next();
    } catch (CsvFieldException invalid) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s: line 1, column %d: %s",
              path,
              invalid.column() + 1,
              invalid.getMessage()));
    }
    return names;
  }

  private static int newline(byte[] head) {
    int at = 0;
    while (at < head.length && head[at] != '\n') {
      at++;
    }
    return at;
  }

  private static boolean onlyLineEndsFrom(byte[] head, int from) {
    for (int i = from; i < head.length; i++) {
      if (head[i] != '\n' && head[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}

package io.centroid.data.texts;

import io.centroid.data.csv.CsvFieldException;
import io.centroid.data.csv.CsvRecords;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader of labeled texts from CSV with a header line. Every row has as many fields as the
 * header; blank lines are skipped.
 */
final class CsvTextRecords implements TextRecords {
  private final StrictReader text;
  private final TextColumns wanted;
  private final CsvRecords records;
  private final List<String> fields = new ArrayList<>();
  private final int columns;
  private final long headerLine;
  private final List<String> header;
  private final int textColumn;
  private final int labelColumn;
  private boolean hasQuotes;
  private long rows;

  CsvTextRecords(StrictReader text, TextColumns wanted) {
    this.text = text;
    this.wanted = wanted;
    String head = text.peekLine(LONGEST_TEXT);
    this.records =
        new CsvRecords(
            text,
            wanted.dialect().delimiterOf(text.path(), head),
            LONGEST_TEXT,
            (column, buffer, offset, length, quoted) -> {
              fields.add(new String(buffer, offset, length));
              hasQuotes |= quoted;
            });
    if (!readRow()) {
      throw text.error(1, "the file is empty, expected a header line");
    }
    this.columns = fields.size();
    this.headerLine = records.line();
    this.header = List.copyOf(fields);
    this.textColumn = column(wanted.text());
    this.labelColumn = wanted.label().isEmpty() ? -1 : column(wanted.label());
    if (textColumn < 0) {
      throw withoutColumn(wanted.text(), "data.texts.text");
    }
  }

  /** The error for a column that the header does not have. */
  private InputException withoutColumn(String name, String key) {
    String what = "no column " + NearestName.quote(name) + ", which " + key + " names";
    return text.error(
            headerLine, what + "; " + NearestName.among(name, List.of(), header, "columns"))
        .orConcealed(text.error(headerLine, what))
        .about(NearestName.setting(key, name, header));
  }

  @Override
  public boolean labeled() {
    return labelColumn >= 0;
  }

  @Override
  public void requireLabeled() {
    if (!labeled()) {
      throw withoutColumn(wanted.label(), "data.texts.label");
    }
  }

  @Override
  public @Nullable LabeledText next() {
    boolean found = readRow();
    long line = records.line();
    if (!found) {
      if (rows == 0) {
        throw text.error(
            headerLine + 1, "the file ends after its header, expected at least one row");
      }
      return null;
    }
    if (fields.size() > columns) {
      throw text.error(
          line, "more than " + columns + " fields, expected as many as in line " + headerLine);
    }
    if (fields.size() < columns) {
      throw text.error(
          line, fields.size() + " fields, expected " + columns + " as in line " + headerLine);
    }
    String label =
        labelColumn < 0 ? null : TextRecords.className(fields.get(labelColumn), text.path(), line);
    return new LabeledText(rows++, line, fields.get(textColumn), label);
  }

  @Override
  public void close() {
    text.close();
  }

  /** Reads the next row, which is not a blank line; false at the end of the file. */
  private boolean readRow() {
    while (read()) {
      if (hasQuotes || fields.size() > 1 || (fields.size() == 1 && !fields.get(0).isBlank())) {
        return true;
      }
    }
    return false;
  }

  private boolean read() {
    fields.clear();
    hasQuotes = false;
    try {
      return records.next();
    } catch (CsvFieldException invalid) {
      throw text.error(records.line(), String.valueOf(invalid.getMessage()));
    }
  }

  private int column(String name) {
    int first = header.indexOf(name);
    if (first != header.lastIndexOf(name)) {
      throw text.error(headerLine, "duplicate column '" + name + "', expected one");
    }
    return first;
  }
}

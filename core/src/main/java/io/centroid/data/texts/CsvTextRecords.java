package io.centroid.data.texts;

import io.centroid.data.csv.CsvFieldException;
import io.centroid.data.csv.CsvRecords;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader of labeled texts from CSV with a header line. Every row has as many fields as the
 * header; empty lines are allowed at the end.
 */
final class CsvTextRecords implements TextRecords {
  private final Utf8Reader text;
  private final CsvRecords records;
  private final List<String> fields = new ArrayList<>();
  private final int columns;
  private final int textColumn;
  private final int labelColumn;
  private long rows;

  CsvTextRecords(Utf8Reader text, TextColumns wanted) {
    this.text = text;
    this.records =
        new CsvRecords(
            text,
            ',',
            LONGEST_TEXT,
            (column, buffer, offset, length, quoted) ->
                fields.add(new String(buffer, offset, length)));
    if (!read() || fields.isEmpty()) {
      throw text.error(
          1, (read() ? "an empty line" : "the file is empty") + ", expected a header line");
    }
    this.columns = fields.size();
    this.textColumn = column(wanted.text());
    this.labelColumn = wanted.label().isEmpty() ? -1 : column(wanted.label());
    if (textColumn < 0) {
      throw text.error(
          1, "no column '" + wanted.text() + "', expected one (set by data.texts.text)");
    }
  }

  @Override
  public boolean labeled() {
    return labelColumn >= 0;
  }

  @Override
  public @Nullable LabeledText next() {
    boolean found = read();
    long line = records.line();
    if (!found || fields.isEmpty()) {
      if (rows == 0) {
        throw text.error(line, "the file ends after its header, expected at least one row");
      }
      while (found && read()) {
        if (!fields.isEmpty()) {
          throw text.error(line, "an empty line, expected a row or the end of the file");
        }
      }
      return null;
    }
    if (fields.size() > columns) {
      throw text.error(line, "more than " + columns + " fields, expected as many as in line 1");
    }
    if (fields.size() < columns) {
      throw text.error(line, fields.size() + " fields, expected " + columns + " as in line 1");
    }
    String label =
        labelColumn < 0
            ? null
            : TextRecords.requireLabel(fields.get(labelColumn), text.path(), line);
    return new LabeledText(rows++, line, fields.get(textColumn), label);
  }

  @Override
  public void close() {
    text.close();
  }

  private boolean read() {
    fields.clear();
    try {
      return records.next();
    } catch (CsvFieldException invalid) {
      throw text.error(records.line(), String.valueOf(invalid.getMessage()));
    }
  }

  private int column(String name) {
    int first = fields.indexOf(name);
    if (first != fields.lastIndexOf(name)) {
      throw text.error(1, "duplicate column '" + name + "', expected one");
    }
    return first;
  }
}

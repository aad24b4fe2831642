package io.centroid.labelled;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A table with a header line (RFC 4180): quoted fields may hold commas, line ends and doubled
 * quotes. Every row has as many fields as the header; empty lines may stand at the end.
 */
final class CsvRecords implements TextRecords {
  private static final CsvFactory FACTORY =
      CsvFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build())
          .build();

  private final Utf8Reader text;
  private final CsvParser parser;
  private int columns;
  private int textColumn = -1;
  private int labelColumn = -1;
  private long records;

  CsvRecords(Utf8Reader text, TextColumns wanted) {
    this.text = text;
    try {
      this.parser = FACTORY.createParser(text);
      parser.enable(CsvParser.Feature.WRAP_AS_ARRAY);
      parser.nextToken();
      readHeader(wanted);
    } catch (IOException e) {
      throw failure(e, 1);
    }
  }

  @Override
  public boolean labelled() {
    return labelColumn >= 0;
  }

  @Override
  public @Nullable LabelledText next() {
    long line = parser.currentLocation().getLineNr();
    try {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        if (records == 0) {
          throw text.fault(line, "the file ends after its header, expected at least one row");
        }
        return null;
      }
      return row(line);
    } catch (IOException e) {
      throw failure(e, line);
    }
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      // Nothing was written: a reader that has all its rows need not fail.
    }
    text.close();
  }

  private void readHeader(TextColumns wanted) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw text.fault(1, "the file is empty, expected a header line");
    }
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      String name = parser.getText();
      if (name.equals(wanted.text())) {
        textColumn = requireFirst(textColumn, wanted.text());
      }
      if (name.equals(wanted.label()) && !name.isEmpty()) {
        labelColumn = requireFirst(labelColumn, wanted.label());
      }
      columns++;
    }
    if (textColumn < 0) {
      throw text.fault(
          1, "no column '" + wanted.text() + "', expected one (data.texts.text names it)");
    }
  }

  private int requireFirst(int found, String name) {
    if (found >= 0) {
      throw text.fault(1, "a second column '" + name + "', expected one");
    }
    return columns;
  }

  private @Nullable LabelledText row(long line) throws IOException {
    String content = "";
    String label = null;
    int fields = 0;
    boolean empty = true;
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      if (fields == textColumn) {
        content = parser.getText();
      } else if (fields == labelColumn) {
        label = parser.getText();
      }
      empty &= fields == 0 && parser.getTextLength() == 0;
      fields++;
      if (fields > columns) {
        throw text.fault(line, "more than " + columns + " fields, expected as many as in line 1");
      }
    }
    if (fields == 1 && empty) {
      requireEnd(line);
      return null;
    }
    if (fields < columns) {
      throw text.fault(line, fields + " fields, expected " + columns + " as in line 1");
    }
    if (label != null) {
      TextRecords.requireLabel(label, text.path(), line);
    }
    return new LabelledText(records++, line, content, label);
  }

  /** An empty line stands for the end of the file, if nothing but such lines follows. */
  private void requireEnd(long line) throws IOException {
    if (records == 0) {
      throw text.fault(line, "the file ends after its header, expected at least one row");
    }
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token == JsonToken.VALUE_STRING && parser.getTextLength() > 0) {
        throw text.fault(line, "an empty line, expected a row or the end of the file");
      }
    }
  }

  /** The parser's own messages quote the text. */
  private RuntimeException failure(IOException e, long line) {
    if (e instanceof StreamConstraintsException) {
      return text.fault(line, "a field longer than " + LONGEST_TEXT + " characters");
    }
    if (e instanceof JsonProcessingException malformed) {
      JsonLocation at = malformed.getLocation();
      long found = at == null ? line : at.getLineNr();
      return text.fault(
          line,
          "a quoted field must end with a quote before the next comma or line end"
              + (found > line ? " (it goes on to line " + found + ")" : ""));
    }
    return new UncheckedIOException(text.path() + ": cannot be read", e);
  }
}

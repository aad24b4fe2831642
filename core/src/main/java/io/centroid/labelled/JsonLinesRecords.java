package io.centroid.labelled;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.centroid.JsonInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line. A label is a string or a whole number; other fields do not matter. Empty
 * lines may stand at the end.
 */
final class JsonLinesRecords implements TextRecords {
  private static final int DEEPEST = 100;
  private static final JsonFactory FACTORY = JsonInput.factory(DEEPEST);

  private final Utf8Reader text;
  private final TextColumns wanted;
  private final boolean labelled;
  private @Nullable LabelledText pending;
  private long line;
  private long records;

  JsonLinesRecords(Utf8Reader text, TextColumns wanted) {
    this.text = text;
    this.wanted = wanted;
    LabelledText first = read();
    if (first == null) {
      throw text.fault(1, "the file is empty, expected a JSON object a line");
    }
    this.labelled = first.label() != null;
    this.pending = first;
  }

  @Override
  public boolean labelled() {
    return labelled;
  }

  @Override
  public @Nullable LabelledText next() {
    LabelledText next = pending == null ? read() : pending;
    pending = null;
    if (next != null && labelled && next.label() == null) {
      throw text.fault(
          next.line(), "no field '" + wanted.label() + "', expected one as in the first object");
    }
    return next;
  }

  @Override
  public void close() {
    text.close();
  }

  private @Nullable LabelledText read() {
    String content = nextLine();
    if (content == null) {
      return null;
    }
    if (content.isBlank()) {
      requireEnd();
      return null;
    }
    try (JsonParser parser = FACTORY.createParser(content)) {
      return record(parser);
    } catch (StreamConstraintsException e) {
      throw text.fault(
          line, "expected at most " + DEEPEST + " levels, and numbers of at most 1000 digits");
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw text.fault(
          line,
          (at == null ? "" : "column " + at.getColumnNr() + ": ")
              + "not JSON, expected one object a line");
    } catch (IOException e) {
      throw new UncheckedIOException(text.path() + ": cannot be read", e);
    }
  }

  private LabelledText record(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw text.fault(line, "expected a JSON object");
    }
    String found = null;
    String label = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals(wanted.text())) {
        found = text(parser, value);
      } else if (name.equals(wanted.label()) && !name.isEmpty()) {
        label = label(parser, value);
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw text.fault(line, "a second JSON value, expected one object a line");
    }
    if (found == null) {
      throw text.fault(
          line, "no field '" + wanted.text() + "', expected one (data.texts.text names it)");
    }
    return new LabelledText(records++, line, found, label);
  }

  private String text(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      throw text.fault(line, "field '" + wanted.text() + "': expected a string");
    }
    return parser.getText();
  }

  private String label(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING && value != JsonToken.VALUE_NUMBER_INT) {
      throw text.fault(line, "field '" + wanted.label() + "': expected a string or a whole number");
    }
    return TextRecords.requireLabel(parser.getText(), text.path(), line);
  }

  private void requireEnd() {
    long empty = line;
    for (String next = nextLine(); next != null; next = nextLine()) {
      if (!next.isBlank()) {
        throw text.fault(empty, "an empty line, expected an object or the end of the file");
      }
    }
  }

  private @Nullable String nextLine() {
    String next = text.line(line + 1, LONGEST_TEXT);
    line += next == null ? 0 : 1;
    return next;
  }
}

package io.centroid.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.centroid.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** JSON Lines: a JSON object (RFC 8259) in a line of its own, of which some fields are read. */
public final class JsonLine {
  /** A longer line must be refused, for it is held in memory. */
  public static final int LONGEST = 64 << 20;

  private static final JsonFactory FACTORY =
      JsonInput.factory(StreamReadConstraints.builder().maxStringLength(LONGEST).build());

  private JsonLine() {}

  /**
   * The values of the wanted fields that the object has.
   *
   * @param where the line's file and place, for messages; what the line says is never in them
   * @param texts names of fields that must be strings
   * @param labels names of fields that must be strings or whole numbers
   * @throws InputException if it is not one JSON object, or a wanted field is of another type
   */
  public static Map<String, String> read(
      String where, String line, Set<String> texts, Set<String> labels) {
    try (JsonParser parser = FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InputException(where + ": expected a JSON object, found none");
      }
      Map<String, String> values = new HashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        boolean label = labels.contains(name);
        if (!label && !texts.contains(name)) {
          parser.skipChildren();
        } else if (value == JsonToken.VALUE_STRING
            || (label && value == JsonToken.VALUE_NUMBER_INT)) {
          values.put(name, parser.getText());
        } else {
          throw wrong(where, name, label ? "a string or a whole number" : "a string", kind(value));
        }
      }
      if (parser.nextToken() != null) {
        throw new InputException(where + ": expected the line's end after the JSON object");
      }
      return values;
    } catch (JsonProcessingException e) {
      // The parser's own message would quote the text.
      JsonLocation at = e.getLocation(); // null where a limit of the parser was reached
      throw new InputException(
          where
              + ": expected a JSON object, found "
              + (at == null
                  ? "one nested too deep or with a number too long"
                  : "damage at character " + at.getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A field that is not what it must be. */
  public static InputException wrong(String where, String field, String expected, String found) {
    return new InputException(
        where + ": field '" + field + "': expected " + expected + ", found " + found);
  }

  private static String kind(JsonToken value) {
    return switch (value) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NUMBER_FLOAT -> "a real number";
      default -> "a whole number";
    };
  }
}

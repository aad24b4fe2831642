package io.centroid.documents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.centroid.InputException;
import io.centroid.JsonInput;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The text in one field of a JSON object (RFC 8259) that is a line of its own. Thread-safe. */
final class JsonText {
  /** A longer line is refused, for it must be held in memory. */
  static final int LONGEST_LINE = 64 << 20;

  private static final JsonFactory FACTORY =
      JsonInput.factory(StreamReadConstraints.builder().maxStringLength(LONGEST_LINE).build());

  private final String field;

  JsonText(String field) {
    this.field = field;
  }

  /**
   * The text of a line.
   *
   * @param where the line's file and place, for messages; what it says is never in them
   */
  String of(String where, String line) {
    try (JsonParser parser = FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InputException(where + ": expected a JSON object, found none");
      }
      String text = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(field);
        JsonToken value = parser.nextToken();
        if (!wanted) {
          parser.skipChildren();
        } else if (value == JsonToken.VALUE_STRING) {
          text = parser.getText();
        } else {
          throw new InputException(where + named() + "expected a string, found " + kind(value));
        }
      }
      if (parser.nextToken() != null) {
        throw new InputException(where + ": expected the line's end after the JSON object");
      }
      if (text == null) {
        throw new InputException(where + named() + "expected a string, found no such field");
      }
      return text;
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

  /** Where a piece of a text ends that begins at {@code from}: as {@link SafeCut} has it. */
  static int pieceEnd(String text, int from) {
    int most = from + Documents.PIECE;
    if (text.length() <= most) {
      return text.length();
    }
    for (int i = most; i > from; i--) {
      if (isSpace(text.charAt(i)) && isDark(text.charAt(i - 1))) {
        return i;
      }
    }
    return Character.isLowSurrogate(text.charAt(most)) ? most - 1 : most;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isDark(char c) {
    return c > ' ' && !Character.isWhitespace(c) && !Character.isSpaceChar(c) && c != '\u0085';
  }

  private String named() {
    return ": field '" + field + "': ";
  }

  private static String kind(JsonToken value) {
    return switch (value) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      default -> "a number";
    };
  }
}

package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.centroid.InputErrors;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Values of a request's JSON with the type that is expected of them. */
final class JsonText {
  private JsonText() {}

  /** The object's next key, the parser then standing at its value; null at the object's end. */
  static @Nullable String key(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.FIELD_NAME) {
      return null;
    }
    String key = parser.currentName();
    parser.nextToken();
    return key;
  }

  static void requireObject(JsonParser parser, String what) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw RefusedRequest.malformed(what + ": an object expected");
    }
  }

  static String text(JsonParser parser, String what, int longest) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw RefusedRequest.malformed(what + ": a string expected");
    }
    String text = parser.getText();
    if (text.length() > longest) {
      throw RefusedRequest.malformed(
          what + ": at most " + longest + " characters expected, " + text.length() + " found");
    }
    return text;
  }

  static boolean truth(JsonParser parser, String what) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw RefusedRequest.malformed(what + ": true or false expected");
    };
  }

  static long whole(JsonParser parser, String what, long least, long most) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        || parser.getLongValue() < least
        || parser.getLongValue() > most) {
      throw RefusedRequest.malformed(
          what
              + ": a whole number from "
              + least
              + " to "
              + most
              + " expected, "
              + InputErrors.quote(String.valueOf(parser.getText()))
              + " found");
    }
    return parser.getLongValue();
  }

  static double number(JsonParser parser, String what, double least, double most)
      throws IOException {
    boolean number = parser.currentToken().isNumeric();
    double value = number ? parser.getDoubleValue() : Double.NaN;
    if (!(value >= least && value <= most)) {
      throw RefusedRequest.malformed(
          what + ": a number from " + least + " to " + most + " expected");
    }
    return value;
  }
}

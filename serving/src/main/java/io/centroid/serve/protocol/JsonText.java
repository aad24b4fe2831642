package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.centroid.error.InputErrors;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads typed values from a request's JSON. */
final class JsonText {
  private JsonText() {}

  /**
   * The next key of the object, with the parser at its value; null at the end of the object. A key
   * whose value is null is skipped: serializers write unset fields so.
   */
  static @Nullable String key(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        return key;
      }
    }
    return null;
  }

  static void requireObject(JsonParser parser, String what) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw RejectedRequestException.malformed(what + ": expected an object");
    }
  }

  static String text(JsonParser parser, String what, int maxLength) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw RejectedRequestException.malformed(what + ": expected a string");
    }
    String text = parser.getText();
    if (text.length() > maxLength) {
      throw RejectedRequestException.malformed(
          what + ": expected at most " + maxLength + " characters, found " + text.length());
    }
    return text;
  }

  static boolean bool(JsonParser parser, String what) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw RejectedRequestException.malformed(what + ": expected true or false");
    };
  }

  static long integer(JsonParser parser, String what, long min, long max) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        || parser.getLongValue() < min
        || parser.getLongValue() > max) {
      throw RejectedRequestException.malformed(
          what
              + ": expected an integer from "
              + min
              + " to "
              + max
              + ", found "
              + InputErrors.quote(String.valueOf(parser.getText())));
    }
    return parser.getLongValue();
  }

  static double number(JsonParser parser, String what, double min, double max) throws IOException {
    boolean number = parser.currentToken().isNumeric();
    double value = number ? parser.getDoubleValue() : Double.NaN;
    if (!(value >= min && value <= max)) {
      throw RejectedRequestException.malformed(
          what + ": expected a number from " + min + " to " + max);
    }
    return value;
  }
}

package io.centroid.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parsers for untrusted JSON: strict UTF-8, no duplicate keys, limited depth, one-line errors. */
public final class JsonInput {
  /** Values that some programs write for numbers, and JSON does not have. */
  private static final Pattern NO_JSON = Pattern.compile("Non-standard token '([^']*)'.*");

  /** What the parser's messages say about its own settings. */
  private static final Pattern SETTINGS =
      Pattern.compile(
          ": maybe a \\(non-standard\\) comment\\? \\(not recognized .*\\)"
              + "|: enable `[\\w.]+` to allow");

  private JsonInput() {}

  /** A parser factory that rejects duplicate keys and nesting deeper than {@code depth}. */
  public static JsonFactory factory(int depth) {
    return factory(StreamReadConstraints.builder().maxNestingDepth(depth).build());
  }

  /** A parser factory that rejects duplicate keys and input beyond the constraints. */
  public static JsonFactory factory(StreamReadConstraints constraints) {
    // No symbol tables: they fail on names crafted to collide.
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(constraints)
        .build();
  }

  /** A reader that fails on invalid UTF-8. */
  public static Reader reader(byte[] utf8) {
    return new InputStreamReader(
        new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder());
  }

  /**
   * The error for a failed parse.
   *
   * @param what name of the text with a trailing space, or empty; the problem follows it
   */
  public static InputException parseError(String file, String what, IOException e) {
    if (e instanceof InputCoercionException coercion) {
      return InputErrors.of(file, what + "a number is out of range" + at(coercion), e);
    }
    if (e instanceof JsonProcessingException json) {
      return InputErrors.of(
          file, what + "is not the expected JSON" + at(json) + ": " + message(json), e);
    }
    if (e instanceof CharacterCodingException) {
      return InputErrors.of(file, what + "is not UTF-8", e);
    }
    return InputErrors.of(file, what + "cannot be parsed: " + e.getMessage(), e);
  }

  private static String at(JsonProcessingException e) {
    JsonLocation place = e.getLocation();
    return place == null ? "" : " at line " + place.getLineNr() + " column " + place.getColumnNr();
  }

  /**
   * The parser's message without the start of the enclosing object or array, and without the names
   * of the parser's settings, which no user can change.
   */
  private static String message(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    Matcher noJson = NO_JSON.matcher(message);
    if (noJson.matches()) {
      return "'" + noJson.group(1) + "' is not a value of JSON";
    }
    int place = message.indexOf(" (start marker at ");
    return SETTINGS.matcher(place < 0 ? message : message.substring(0, place)).replaceAll("");
  }

  /** The value at the parser's position, for messages about what was found. */
  public static String found(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "the string " + InputErrors.quote(parser.getText());
      default -> InputErrors.shorten(String.valueOf(parser.getText()));
    };
  }
}

package io.centroid.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.centroid.error.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A parser of JSON Lines: one JSON object (RFC 8259) per line, of which selected fields are read.
 */
public final class JsonLine {
  /** Maximum length of a line in bytes, since a line is held in memory. */
  public static final int LONGEST = 64 << 20;

  private static final JsonFactory FACTORY =
      JsonInput.factory(StreamReadConstraints.builder().maxStringLength(LONGEST).build());

  private static final Pattern WHOLE = Pattern.compile("-?\\d+\\.0+");

  private JsonLine() {}

  /**
   * Reads the values of the selected fields.
   *
   * @param where file and position of the line for messages, which never quote the line
   * @param line text of the line
   * @param texts names of fields that must be strings
   * @param labels names of fields that must be strings, whole numbers or booleans
   * @throws InputException if the line is not one JSON object, or a selected field has another type
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
        } else if (value == JsonToken.VALUE_STRING || (label && isLabel(parser, value))) {
          values.put(name, parser.getText());
        } else {
          throw invalidField(
              where,
              name,
              label ? "a string, a whole number or a boolean" : "a string",
              kind(value));
        }
      }
      if (parser.nextToken() != null) {
        throw new InputException(where + ": expected the line's end after the JSON object");
      }
      return values;
    } catch (JsonProcessingException e) {
      throw invalid(where, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The fields of an object that are strings, in order, with their lengths in characters.
   *
   * @param complete false for the first part of an object; its last length is then 0
   * @return empty if the line is not one JSON object
   */
  public static Optional<Map<String, Integer>> stringFields(String line, boolean complete) {
    Map<String, Integer> fields = new LinkedHashMap<>();
    try (JsonParser parser = FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          fields.put(name, 0);
          fields.put(name, parser.getTextLength());
        }
        parser.skipChildren();
      }
      return parser.nextToken() == null || !complete ? Optional.of(fields) : Optional.empty();
    } catch (IOException e) {
      return complete || fields.isEmpty() ? Optional.empty() : Optional.of(fields);
    }
  }

  /** Names of the fields of a line that {@link #read} accepts. */
  public static List<String> fields(String where, String line) {
    List<String> names = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(line)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        names.add(parser.currentName());
        parser.nextToken();
        parser.skipChildren();
      }
      return names;
    } catch (IOException e) {
      throw new InputException(where + ": expected a JSON object", e);
    }
  }

  /**
   * A line with other strings and whole numbers ({@code 7} and {@code 7.0}), at any depth.
   * Everything else, field names included, stays as it is written. A number that changes becomes a
   * string.
   *
   * @param where file and position of the line for messages, which never quote the line
   * @param secret whether all values of a field of this name are secrets, at any depth, numbers of
   *     any form included
   * @param replacement the new text of each string and number, in order
   * @throws InputException if the line is not one JSON object
   */
  public static String replaceValues(
      String where, String line, Predicate<String> secret, Replacement replacement) {
    StringBuilder replaced = new StringBuilder(line.length());
    Deque<Field> outer = new ArrayDeque<>();
    Field field = new Field("", false);
    int copied = 0;
    try (JsonParser parser = FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InputException(where + ": expected a JSON object, found none");
      }
      outer.push(field);
      while (!outer.isEmpty()) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw new InputException(where + ": expected a JSON object, found a part of one");
        }
        if (token == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          field = new Field(name, outer.element().secret() || secret.test(name));
        } else if (token.isStructStart()) {
          outer.push(field);
        } else if (token.isStructEnd()) {
          field = outer.pop();
        } else if (token == JsonToken.VALUE_STRING
            || isWhole(parser, token)
            || field.secret() && token.isNumeric()) {
          String value = parser.getText();
          String other = replacement.of(field.name(), field.secret(), value);
          if (!other.equals(value)) {
            // The value was read, so the parser is after its last digit or closing quote.
            int from = (int) parser.currentTokenLocation().getCharOffset();
            int to = (int) parser.currentLocation().getCharOffset();
            replaced.append(line, copied, from).append('"');
            replaced.append(JsonStringEncoder.getInstance().quoteAsString(other)).append('"');
            copied = to;
          }
        }
      }
      if (parser.nextToken() != null) {
        throw new InputException(where + ": expected the line's end after the JSON object");
      }
    } catch (JsonProcessingException e) {
      throw invalid(where, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return replaced.append(line, copied, line.length()).toString();
  }

  private record Field(String name, boolean secret) {}

  /** The new text of a value of a JSON object. */
  public interface Replacement {
    /**
     * The new text.
     *
     * @param name name of the innermost field
     * @param secret whether that field, or one around it, has secrets only
     */
    String of(String name, boolean secret, String text);
  }

  /** The error for invalid JSON, without the parser's message, which would quote the text. */
  private static InputException invalid(String where, JsonProcessingException e) {
    JsonLocation at = e.getLocation(); // null if a limit of the parser was exceeded
    boolean twice = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field");
    return new InputException(
        where
            + ": expected a JSON object, found "
            + (at == null
                ? "one that is nested too deeply or has too long a number"
                : (twice ? "a field twice, the second" : "invalid JSON")
                    + " at character "
                    + at.getColumnNr()));
  }

  private static boolean isWhole(JsonParser parser, JsonToken value) throws IOException {
    return value == JsonToken.VALUE_NUMBER_INT
        || value == JsonToken.VALUE_NUMBER_FLOAT && WHOLE.matcher(parser.getText()).matches();
  }

  private static boolean isLabel(JsonParser parser, JsonToken value) throws IOException {
    return switch (value) {
      case VALUE_TRUE, VALUE_FALSE -> true;
      default -> isWhole(parser, value);
    };
  }

  /** The error for an invalid field. */
  public static InputException invalidField(
      String where, String field, String expected, String found) {
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
      default -> "an integer";
    };
  }

  /**
   * A conversation in JSON: an array of turns, each an object with a speaker and a text, such as
   * {@code messages} of OpenAI ({@code role}, {@code content}) or {@code conversations} of ShareGPT
   * ({@code from}, {@code value}).
   *
   * @param field field with the array; empty if the array is not in an object
   * @param speaker field with a turn's speaker
   * @param text field with a turn's text
   */
  public record Conversation(String field, String speaker, String text) {
    private static final List<String> SPEAKERS = List.of("role", "from", "speaker");
    private static final List<String> TEXTS = List.of("content", "value", "text");

    /** What jq takes as a field after a dot; others are not part of a command that users run. */
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z_]\\w{0,39}");

    /** The first conversation of an object or array, of which this may be the first part only. */
    public static Optional<Conversation> find(String json) {
      try (JsonParser parser = FACTORY.createParser(json)) {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_ARRAY) {
          return turn(parser, "");
        }
        while (first == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          if (parser.nextToken() == JsonToken.START_ARRAY && LITERAL.matcher(name).matches()) {
            Optional<Conversation> found = turn(parser, name);
            if (found.isPresent()) {
              return found;
            }
            while (parser.currentToken() != JsonToken.END_ARRAY) {
              parser.skipChildren();
              parser.nextToken();
            }
          }
          parser.skipChildren();
        }
        return Optional.empty();
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    /** Reads the first element of an array, and leaves the parser at its last token. */
    private static Optional<Conversation> turn(JsonParser parser, String field) throws IOException {
      Set<String> strings = new HashSet<>();
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          if (parser.nextToken() == JsonToken.VALUE_STRING) {
            strings.add(name);
          }
          parser.skipChildren();
        }
        parser.nextToken();
      }
      Optional<String> speaker = SPEAKERS.stream().filter(strings::contains).findFirst();
      Optional<String> text = TEXTS.stream().filter(strings::contains).findFirst();
      return speaker.flatMap(who -> text.map(what -> new Conversation(field, who, what)));
    }

    /**
     * What to do to train on conversations.
     *
     * @param elements whether the file is an array of such objects, instead of one per line
     */
    public String remedy(boolean elements) {
      return String.format(
          "join the turns: jq -c '%s{text: (.%s | map(.%s + \": \" + .%s) | join(\"\\n\"))}'"
              + " FILE > FILE.jsonl",
          elements ? ".[] | " : "", field, speaker, text);
    }
  }
}

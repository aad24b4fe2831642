package io.centroid.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A conversation in JSON: an array of turns, each an object with a speaker and a text, such as
 * {@code messages} of OpenAI ({@code role}, {@code content}) or {@code conversations} of ShareGPT
 * ({@code from}, {@code value}).
 *
 * @param field field with the array; empty if the array is not in an object
 * @param speaker field with a turn's speaker
 * @param text field with a turn's text
 */
public record JsonConversation(String field, String speaker, String text) {
  private static final List<String> SPEAKERS = List.of("role", "from", "speaker");
  private static final List<String> TEXTS = List.of("content", "value", "text");

  /** What jq takes as a field after a dot; others are not part of a command that users run. */
  private static final Pattern LITERAL = Pattern.compile("[A-Za-z_]\\w{0,39}");

  private static final JsonFactory FACTORY =
      JsonInput.factory(StreamReadConstraints.builder().maxStringLength(JsonLine.LONGEST).build());

  /** The first conversation of an object or array, of which this may be the first part only. */
  public static Optional<JsonConversation> find(String json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_ARRAY) {
        return turn(parser, "");
      }
      while (first == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.START_ARRAY && LITERAL.matcher(name).matches()) {
          Optional<JsonConversation> found = turn(parser, name);
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
  private static Optional<JsonConversation> turn(JsonParser parser, String field)
      throws IOException {
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
    return speaker.flatMap(who -> text.map(what -> new JsonConversation(field, who, what)));
  }

  /**
   * What to do to train on conversations.
   *
   * @param elements whether the file is an array of such objects, instead of one per line
   */
  public String remedy(boolean elements) {
    return String.format(
        "join the turns of each: jq -c '%s{text: (.%s | map(.%s + \": \" + .%s) | join(\"\\n\"))}'"
            + " FILE > FILE.jsonl",
        elements ? ".[] | " : "", field, speaker, text);
  }
}

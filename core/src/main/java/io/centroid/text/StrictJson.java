package io.centroid.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.io.JsonInput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A JSON file read token by token: UTF-8, one object, no key twice, little depth. What becomes a
 * tree is limited in nodes, so that memory follows what is really there.
 */
public final class StrictJson {
  /** No vocabulary has more ids; beyond it, an id could not be an embedding's row. */
  public static final int MOST_IDS = 1 << 22;

  /** Ids for each token that a vocabulary with holes may have. */
  private static final int SPARSEST = 16;

  private static final int MOST_NODES = 1_000_000;

  private static final JsonFactory JSON = JsonInput.factory(50);

  private final String file;
  private final JsonParser parser;
  private int nodes;

  private StrictJson(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Reads the value of a key, on whose first token the parser stands. */
  public interface Fields {
    void read(StrictJson json, String key) throws IOException;
  }

  /** Hands out the keys of the file's object in their order. */
  public static void read(String file, byte[] bytes, Fields fields) {
    try (JsonParser parser = JSON.createParser(JsonInput.reader(bytes))) {
      StrictJson json = new StrictJson(file, parser);
      if (parser.nextToken() == null) {
        throw InputErrors.of(file, "JSON", "an object", "nothing");
      }
      json.object("JSON", fields);
      if (parser.nextToken() != null) {
        throw InputErrors.of(file, "after the JSON object", "nothing", json.found());
      }
    } catch (IOException e) {
      throw JsonInput.refusal(file, "", e);
    }
  }

  /** The file as a tree. */
  static ObjectNode tree(String file, byte[] bytes) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    read(file, bytes, (json, key) -> tree.set(key, json.tree()));
    return tree;
  }

  /** Hands out the keys of the object that the parser stands on. */
  void object(String what, Fields fields) throws IOException {
    require(JsonToken.START_OBJECT, what, "an object");
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      fields.read(this, key);
    }
  }

  /** Reads the element of an array, on whose first token the parser stands. */
  interface Elements {
    void read(int index) throws IOException;
  }

  /** Hands out the elements of the array that the parser stands on. */
  void array(String what, Elements elements) throws IOException {
    require(JsonToken.START_ARRAY, what, "an array");
    for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
      elements.read(index);
    }
  }

  /** The string that the parser stands on. */
  String text(String what) throws IOException {
    require(JsonToken.VALUE_STRING, what, "a string");
    return parser.getText();
  }

  boolean isText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  /** An object of ids by token names, in the file's order. */
  Map<String, Integer> ids(String what) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    object(what, (json, name) -> ids.put(name, id(name)));
    return ids;
  }

  /** The id that the parser stands on. */
  public int id(String name) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw refusal("token " + InputErrors.quote(name), "an id");
    }
    return checkedId(file, "token " + InputErrors.quote(name), parser.getLongValue());
  }

  /** The value that the parser stands on. */
  JsonNode tree() throws IOException {
    if (++nodes > MOST_NODES) {
      throw InputErrors.of(file, "holds more than " + MOST_NODES + " settings");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object("", (json, key) -> object.set(key, tree()));
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        array("", index -> array.add(tree()));
        yield array;
      }
      case VALUE_STRING -> JsonNodeFactory.instance.textNode(parser.getText());
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? JsonNodeFactory.instance.numberNode(parser.getBigIntegerValue())
              : JsonNodeFactory.instance.numberNode(parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> JsonNodeFactory.instance.numberNode(parser.getDoubleValue());
      case VALUE_TRUE, VALUE_FALSE ->
          JsonNodeFactory.instance.booleanNode(parser.getBooleanValue());
      default -> JsonNodeFactory.instance.nullNode();
    };
  }

  static int checkedId(String file, String what, long id) {
    if (id < 0 || id >= MOST_IDS) {
      throw InputErrors.of(file, what, "an id from 0 to " + (MOST_IDS - 1), String.valueOf(id));
    }
    return (int) id;
  }

  /**
   * Length of an array by id. An id far beyond the number of tokens is refused, for the array would
   * be as large as the file says and not as large as the file.
   */
  public static int arraySize(String file, Map<String, Integer> ids) {
    long most = SPARSEST * (long) ids.size() + (1 << 16);
    int size = 0;
    for (Map.Entry<String, Integer> token : ids.entrySet()) {
      if (token.getValue() >= most) {
        throw InputErrors.of(
            file,
            "token " + InputErrors.quote(token.getKey()),
            "an id below " + most + " in a vocabulary of " + ids.size(),
            String.valueOf(token.getValue()));
      }
      size = Math.max(size, token.getValue() + 1);
    }
    return size;
  }

  private void require(JsonToken token, String what, String expected) throws IOException {
    if (parser.currentToken() != token) {
      throw refusal(what, expected);
    }
  }

  InputException refusal(String what, String expected) throws IOException {
    return InputErrors.of(file, what, expected, found());
  }

  private String found() throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "the string " + InputErrors.quote(parser.getText());
      default -> InputErrors.shorten(String.valueOf(parser.getText()));
    };
  }
}

package io.centroid.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.JsonInput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A streaming parser of strict JSON: UTF-8, one object, no duplicate keys, limited depth. The
 * number of tree nodes is limited, so that memory is bounded.
 */
public final class StrictJson {
  /** Maximum number of token ids. */
  public static final int MOST_IDS = 1 << 22;

  /** Maximum ratio of the largest id to the number of tokens. */
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

  /** A reader of the current value, which belongs to a key. */
  public interface Fields {
    void read(StrictJson json, String key) throws IOException;
  }

  /** Reads the fields of the file's object in order. */
  public static void read(String file, byte[] bytes, Fields fields) {
    try (JsonParser parser = JSON.createParser(JsonInput.reader(bytes))) {
      StrictJson json = new StrictJson(file, parser);
      if (parser.nextToken() == null) {
        throw InputErrors.of(file, "JSON", "an object", "nothing");
      }
      json.object("JSON", fields);
      if (parser.nextToken() != null) {
        throw InputErrors.of(file, "after the JSON object", "nothing", JsonInput.found(parser));
      }
    } catch (IOException e) {
      throw JsonInput.parseError(file, "", e);
    }
  }

  /** The file as a tree. */
  static ObjectNode tree(String file, byte[] bytes) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    read(file, bytes, (json, key) -> tree.set(key, json.tree()));
    return tree;
  }

  /** Reads the fields of the current object. */
  void object(String what, Fields fields) throws IOException {
    require(JsonToken.START_OBJECT, what, "an object");
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      fields.read(this, key);
    }
  }

  /** A reader of the current value, which is an array element. */
  interface Elements {
    void read(int index) throws IOException;
  }

  /** Reads the elements of the current array. */
  void array(String what, Elements elements) throws IOException {
    require(JsonToken.START_ARRAY, what, "an array");
    for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
      elements.read(index);
    }
  }

  /** The current string. */
  String text(String what) throws IOException {
    require(JsonToken.VALUE_STRING, what, "a string");
    return parser.getText();
  }

  boolean isText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  /** Reads an object of ids by token name, in file order. */
  Map<String, Integer> ids(String what) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    object(what, (json, name) -> ids.put(name, id(name)));
    return ids;
  }

  /** The current token id. */
  public int id(String name) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw error("token " + InputErrors.quote(name), "an id");
    }
    return checkedId(file, "token " + InputErrors.quote(name), parser.getLongValue());
  }

  /** The current value as a tree. */
  JsonNode tree() throws IOException {
    if (++nodes > MOST_NODES) {
      throw InputErrors.of(file, "expected at most " + MOST_NODES + " settings, found more");
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
   * The length of an array indexed by id. An id far above the number of tokens is rejected, since
   * the array would be much larger than the file.
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
      throw error(what, expected);
    }
  }

  InputException error(String what, String expected) throws IOException {
    return InputErrors.of(file, what, expected, JsonInput.found(parser));
  }
}

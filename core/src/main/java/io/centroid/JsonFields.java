package io.centroid;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * A JSON object of a file, read key by key with the expected type; a refusal names the file and the
 * key's full path.
 */
public record JsonFields(String file, String path, ObjectNode node) {
  private static final JsonMapper MAPPER = mapper(100);
  private static final JsonMapper SHALLOW = mapper(20);

  private static JsonMapper mapper(int depth) {
    return JsonMapper.builder(JsonInput.factory(depth))
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  /** Parses a whole file that must be one JSON object in UTF-8 without duplicate keys. */
  public static JsonFields parse(String file, byte[] json) {
    return parse(MAPPER, file, json);
  }

  /** As {@link #parse}, for files that nest at most 20 deep rather than 100. */
  public static JsonFields parseShallow(String file, byte[] json) {
    return parse(SHALLOW, file, json);
  }

  private static JsonFields parse(JsonMapper mapper, String file, byte[] json) {
    try {
      JsonNode root = mapper.readTree(JsonInput.reader(json));
      if (root instanceof ObjectNode object) {
        return new JsonFields(file, "", object);
      }
      throw Rejection.of(file, "JSON", "an object", describe(root));
    } catch (IOException e) {
      throw JsonInput.refusal(file, "", e);
    }
  }

  /** Whether the key is there and holds something. */
  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  public boolean truth(String key) {
    JsonNode value = present(key);
    if (!value.isBoolean()) {
      throw wrongType(key, "true or false", value);
    }
    return value.booleanValue();
  }

  /** The refusal of a key's value. */
  public InputException refusal(String key, String expected) {
    return wrongType(key, expected, present(key));
  }

  public long integer(String key) {
    JsonNode value = present(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrongType(key, "an integer", value);
    }
    return value.longValue();
  }

  /** An integer between two, both of which are allowed. */
  public long integer(String key, long least, long most) {
    JsonNode value = present(key);
    boolean whole = value.isIntegralNumber() && value.canConvertToLong();
    if (!whole || value.longValue() < least || value.longValue() > most) {
      throw wrongType(key, "a whole number from " + least + " to " + most, value);
    }
    return value.longValue();
  }

  public double finite(String key) {
    JsonNode value = present(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrongType(key, "a finite number", value);
    }
    return value.doubleValue();
  }

  public String text(String key) {
    JsonNode value = present(key);
    if (!value.isTextual()) {
      throw wrongType(key, "a string", value);
    }
    return value.textValue();
  }

  /** A string that the pattern matches as a whole. */
  public String text(String key, Pattern pattern) {
    String text = text(key);
    if (!pattern.matcher(text).matches()) {
      throw refusal(key, pattern.pattern());
    }
    return text;
  }

  public ObjectNode object(String key) {
    JsonNode value = present(key);
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw wrongType(key, "an object", value);
  }

  public JsonFields fields(String key) {
    return new JsonFields(file, path + key + ".", object(key));
  }

  /** The values under a key that holds an object, each read by {@code value}. */
  public <T> Map<String, T> map(String key, BiFunction<JsonFields, String, T> value) {
    JsonFields fields = fields(key);
    Map<String, T> values = new LinkedHashMap<>();
    fields
        .node()
        .fieldNames()
        .forEachRemaining(name -> values.put(name, value.apply(fields, name)));
    return values;
  }

  /** The objects of an array. */
  public List<JsonFields> list(String key) {
    List<JsonFields> objects = new ArrayList<>();
    for (JsonNode element : array(key)) {
      String at = path + key + "[" + objects.size() + "].";
      if (!(element instanceof ObjectNode object)) {
        throw Rejection.of(file, at.substring(0, at.length() - 1), "an object", describe(element));
      }
      objects.add(new JsonFields(file, at, object));
    }
    return objects;
  }

  public List<Long> integers(String key) {
    List<Long> values = new ArrayList<>();
    for (JsonNode element : array(key)) {
      if (!element.isIntegralNumber() || !element.canConvertToLong()) {
        throw wrongType(key, "integers", element);
      }
      values.add(element.longValue());
    }
    return values;
  }

  /** The strings of an array. */
  public List<String> texts(String key) {
    List<String> values = new ArrayList<>();
    for (JsonNode element : array(key)) {
      if (!element.isTextual()) {
        throw wrongType(key, "strings", element);
      }
      values.add(element.textValue());
    }
    return values;
  }

  /** The numbers of an array, each of them finite. */
  public List<Double> finiteNumbers(String key) {
    List<Double> values = new ArrayList<>();
    for (JsonNode element : array(key)) {
      if (!element.isNumber() || !Double.isFinite(element.doubleValue())) {
        throw wrongType(key, "finite numbers", element);
      }
      values.add(element.doubleValue());
    }
    return values;
  }

  private JsonNode array(String key) {
    JsonNode value = present(key);
    if (!value.isArray()) {
      throw wrongType(key, "an array", value);
    }
    return value;
  }

  private JsonNode present(String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw Rejection.of(file, "key " + path + Rejection.shorten(key) + " is missing");
    }
    return value;
  }

  private InputException wrongType(String key, String expected, JsonNode found) {
    return Rejection.of(file, "key " + path + Rejection.shorten(key), expected, describe(found));
  }

  private static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "the string " + Rejection.quote(node.textValue());
      case NUMBER, BOOLEAN, NULL -> Rejection.shorten(node.asText());
      case MISSING -> "nothing";
      case BINARY, POJO -> node.getNodeType().name();
    };
  }
}

package io.centroid.io;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.ConstructorDetector;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON data binding to records. Parsing is strict: unknown, missing and duplicate keys, nulls, and
 * values of another type are errors, and nothing is converted. {@link Nullable} components may be
 * missing; records with {@code JsonIgnoreProperties} may ignore unknown keys. Enum constants are
 * lower case with hyphens. Record constructors check ranges with {@link #require}. No value names a
 * class, and none is interpolated.
 */
public final class Json {
  private static final int DEEPEST = 100;

  /** Maximum number of array elements in a message. */
  private static final int FEW = 8;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(JsonInput.factory(DEEPEST))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .constructorDetector(ConstructorDetector.USE_PROPERTIES_BASED)
          .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL))
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .annotationIntrospector(new JsonTypes.NullableMayBeMissing())
          .addModule(JsonTypes.module())
          .build();

  private Json() {}

  /**
   * Parses a document.
   *
   * @param file file name for messages
   * @param utf8 content of the file
   * @throws InputException if the document is invalid; the message names file and key, the expected
   *     value and the value found
   */
  public static <T> T read(String file, byte[] utf8, Class<T> type) {
    return read(file, "", tree(file, utf8), type);
  }

  /**
   * Like {@link #read(String, byte[], Class)}, from a part of a document.
   *
   * @param key path of the part in the document for messages; empty for the whole document
   */
  public static <T> T read(String file, String key, JsonNode part, Class<T> type) {
    try {
      return MAPPER.treeToValue(part, type);
    } catch (JsonMappingException e) {
      throw error(file, key, part, e);
    } catch (JsonProcessingException e) {
      throw JsonInput.parseError(file, "", e);
    }
  }

  /** Parses a UTF-8 document that must be an object without duplicate keys. */
  public static ObjectNode tree(String file, byte[] utf8) {
    JsonNode root = parse(file, utf8);
    if (root instanceof ObjectNode object) {
      return object;
    }
    throw InputErrors.of(file, "JSON", "an object", describe(root));
  }

  /** Parses a UTF-8 value whose objects have no duplicate keys. */
  public static JsonNode parse(String file, byte[] utf8) {
    try {
      return MAPPER.readTree(JsonInput.reader(utf8));
    } catch (IOException e) {
      throw JsonInput.parseError(file, "", e);
    }
  }

  /** A record as a tree. */
  public static ObjectNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Indented JSON in UTF-8 with a final newline; equal records yield equal bytes. */
  public static byte[] write(Object value) {
    try {
      String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** JSON on one line without a newline. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The external name of an enum constant: lower case with hyphens. */
  public static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Checks a component in a record's constructor. On parsing, the message names file, key and the
   * value found.
   *
   * @throws IllegalArgumentException if the condition is false
   */
  public static void require(boolean condition, String component, String expected) {
    if (!condition) {
      throw new InvalidComponent(List.of(component), expected);
    }
  }

  /** Like {@link #require}, for an entry of a map component. */
  public static void requireEntry(
      boolean condition, String component, String key, String expected) {
    if (!condition) {
      throw new InvalidComponent(List.of(component, key), expected);
    }
  }

  /** Like {@link #require}, for a SHA-256 in lower-case hex. */
  public static void requireSha256(String component, String value) {
    require(isSha256(value), component, "64 lower-case hex digits");
  }

  /** Whether the value is a SHA-256 in lower-case hex. */
  public static boolean isSha256(String value) {
    return SHA256.matcher(value).matches();
  }

  static void requireInteger(String file, String key, @Nullable JsonNode found, int expected) {
    if (found == null) {
      throw InputErrors.of(file, "key " + key + " is missing");
    }
    if (!found.canConvertToInt() || !found.isIntegralNumber() || found.intValue() != expected) {
      String what = found.isIntegralNumber() ? String.valueOf(expected) : "an integer";
      throw InputErrors.of(file, "key " + key, what, describe(found));
    }
  }

  private static final class InvalidComponent extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final transient List<String> keys;
    private final String expected;

    InvalidComponent(List<String> keys, String expected) {
      super(String.join(".", keys) + ": expected " + expected);
      this.keys = keys;
      this.expected = expected;
    }
  }

  private static InputException error(
      String file, String key, JsonNode part, JsonMappingException e) {
    String path = key;
    JsonNode found = part;
    for (JsonMappingException.Reference step : e.getPath()) {
      String name = step.getFieldName();
      path = name == null ? path + "[" + step.getIndex() + "]" : join(path, name);
      found = name == null ? found.path(step.getIndex()) : found.path(name);
    }
    if (e instanceof UnrecognizedPropertyException) {
      return InputErrors.of(file, "key " + path + " is unknown");
    }
    if (e.getCause() instanceof InvalidComponent invalid) {
      for (String name : invalid.keys) {
        path = join(path, name);
        found = found.path(name);
      }
      boolean few = found.isArray() && found.size() <= FEW;
      String shown = few ? InputErrors.shorten(found.toString()) : describe(found);
      return InputErrors.of(file, "key " + path, invalid.expected, shown);
    }
    if (e.getCause() instanceof RuntimeException thrown) {
      if (thrown instanceof IllegalArgumentException || thrown instanceof InputException) {
        String place = path.isEmpty() ? "" : "key " + path + ": ";
        return InputErrors.of(file, place + thrown.getMessage(), e);
      }
      throw thrown;
    }
    return found.isMissingNode()
        ? InputErrors.of(file, "key " + path + " is missing")
        : InputErrors.of(
            file, path.isEmpty() ? "JSON" : "key " + path, expected(e), describe(found));
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? InputErrors.shorten(key) : path + "." + InputErrors.shorten(key);
  }

  private static String expected(JsonMappingException e) {
    Class<?> type =
        e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
    return type == null ? "another value" : JsonTypes.expected(type);
  }

  private static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "the string " + InputErrors.quote(node.textValue());
      case NUMBER, BOOLEAN, NULL -> InputErrors.shorten(node.asText());
      case MISSING -> "nothing";
      case BINARY, POJO -> node.getNodeType().name();
    };
  }
}

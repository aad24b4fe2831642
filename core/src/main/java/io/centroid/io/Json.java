package io.centroid.io;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.ConstructorDetector;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.centroid.InputErrors;
import io.centroid.InputException;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON documents bound to records. Reading is strict: a key that is unknown, missing or there
 * twice, a null, and a value of another type are refused, and nothing is converted. Components that
 * are {@link Nullable} may be missing; records annotated with {@code JsonIgnoreProperties} may
 * ignore unknown keys. Enum constants are spelled in lower case with hyphens. Ranges are checked by
 * the records' constructors, see {@link #require}. No value names a class, and none is
 * interpolated.
 */
public final class Json {
  private static final int DEEPEST = 100;

  /** Elements of an array that a message shows. */
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
          .annotationIntrospector(new NullableMayBeMissing())
          .addModule(scalars())
          .build();

  private Json() {}

  /**
   * Reads a document.
   *
   * @param file its name, for messages
   * @throws InputException one line that names the file and the key, what was expected and found
   */
  public static <T> T read(String file, byte[] utf8, Class<T> type) {
    return read(file, "", tree(file, utf8), type);
  }

  /**
   * As {@link #read(String, byte[], Class)}, from a part of a document.
   *
   * @param key path of the part in its document, for messages; empty for the whole document
   */
  public static <T> T read(String file, String key, JsonNode part, Class<T> type) {
    try {
      return MAPPER.treeToValue(part, type);
    } catch (JsonMappingException e) {
      throw refusal(file, key, part, e);
    } catch (JsonProcessingException e) {
      throw JsonInput.refusal(file, "", e);
    }
  }

  /** Parses a document that must be an object in UTF-8 without duplicate keys. */
  public static ObjectNode tree(String file, byte[] utf8) {
    JsonNode root = parse(file, utf8);
    if (root instanceof ObjectNode object) {
      return object;
    }
    throw InputErrors.of(file, "JSON", "an object", describe(root));
  }

  /** Parses a value in UTF-8 whose objects have no duplicate keys. */
  public static JsonNode parse(String file, byte[] utf8) {
    try {
      return MAPPER.readTree(JsonInput.reader(utf8));
    } catch (IOException e) {
      throw JsonInput.refusal(file, "", e);
    }
  }

  /** A record as a tree. */
  public static ObjectNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Indented JSON in UTF-8 with a last newline; equal records give equal bytes. */
  public static byte[] write(Object value) {
    try {
      String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Checks a component in a record's constructor; where the record is read, the message names file,
   * key and the value that was found.
   *
   * @throws IllegalArgumentException if the condition does not hold
   */
  public static void require(boolean condition, String component, String expected) {
    if (!condition) {
      throw new InvalidComponent(List.of(component), expected);
    }
  }

  /** As {@link #require}, of an entry of a component that is a map. */
  public static void requireEntry(
      boolean condition, String component, String key, String expected) {
    if (!condition) {
      throw new InvalidComponent(List.of(component, key), expected);
    }
  }

  /** As {@link #require}, of a SHA-256 in lower-case hex. */
  public static void requireSha256(String component, String value) {
    require(isSha256(value), component, "64 lower-case hex digits");
  }

  /** Whether it is a SHA-256 in lower-case hex. */
  public static boolean isSha256(String value) {
    return SHA256.matcher(value).matches();
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

  private static InputException refusal(
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
    if (e.getCause() instanceof RuntimeException refused) {
      if (refused instanceof IllegalArgumentException || refused instanceof InputException) {
        String place = path.isEmpty() ? "" : "key " + path + ": ";
        return InputErrors.of(file, place + refused.getMessage(), e);
      }
      throw refused;
    }
    return found.isMissingNode()
        ? InputErrors.of(file, "key " + path + " is missing")
        : InputErrors.of(
            file, path.isEmpty() ? "JSON" : "key " + path, expected(e), describe(found));
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? InputErrors.shorten(key) : path + "." + InputErrors.shorten(key);
  }

  /** What a value must be, by the type that it is read as. */
  private static String expected(JsonMappingException e) {
    Class<?> type =
        e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
    if (type == null) {
      return "another value";
    }
    if (type.isEnum()) {
      return String.join(" or ", spellings(type).keySet());
    }
    Scalar<?> scalar = Scalar.OF_TYPE.get(type);
    if (scalar != null) {
      return scalar.expected;
    }
    return type.isArray() || Collection.class.isAssignableFrom(type) ? "an array" : "an object";
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

  /** Null and absent values are accepted where the constructor's parameter says so. */
  private static final class NullableMayBeMissing extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
      return member instanceof AnnotatedParameter parameter ? !isNullable(parameter) : null;
    }

    @Override
    public JsonSetter.Value findSetterInfo(Annotated annotated) {
      return annotated instanceof AnnotatedParameter parameter && isNullable(parameter)
          ? JsonSetter.Value.forValueNulls(Nulls.SET)
          : super.findSetterInfo(annotated);
    }

    private static boolean isNullable(AnnotatedParameter parameter) {
      return parameter.getOwner().getAnnotated() instanceof Executable executable
          && executable.getAnnotatedParameterTypes()[parameter.getIndex()].isAnnotationPresent(
              Nullable.class);
    }
  }

  private static SimpleModule scalars() {
    SimpleModule module = new SimpleModule();
    Scalar.OF_TYPE.values().forEach(scalar -> scalar.addTo(module));
    module.addSerializer(Instant.class, ToStringSerializer.instance);
    module.addSerializer(new EnumSpelling());
    return module.setDeserializerModifier(
        new BeanDeserializerModifier() {
          private static final long serialVersionUID = 1L;

          @Override
          public JsonDeserializer<?> modifyEnumDeserializer(
              DeserializationConfig config,
              JavaType type,
              BeanDescription description,
              JsonDeserializer<?> deserializer) {
            Map<String, Object> constants = spellings(type.getRawClass());
            return new Scalar<>(
                type.getRawClass(),
                "",
                node -> node.isTextual() ? constants.get(node.textValue()) : null);
          }
        });
  }

  private static Map<String, Object> spellings(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .collect(
            Collectors.toMap(
                constant -> spelling((Enum<?>) constant),
                constant -> constant,
                (one, other) -> one,
                LinkedHashMap::new));
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private static final class EnumSpelling extends StdScalarSerializer<Enum> {
    private static final long serialVersionUID = 1L;

    EnumSpelling() {
      super(Enum.class);
    }

    @Override
    public void serialize(Enum value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(spelling(value));
    }
  }

  /** Reads a value that is neither object nor array, of exactly one type. */
  private static final class Scalar<T> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1L;

    static final Map<Class<?>, Scalar<?>> OF_TYPE = new LinkedHashMap<>();

    static {
      Function<JsonNode, @Nullable Long> longs =
          node -> node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : null;
      Function<JsonNode, @Nullable Integer> ints =
          node -> node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : null;
      Function<JsonNode, @Nullable Double> doubles =
          node ->
              node.isNumber() && Double.isFinite(node.doubleValue()) ? node.doubleValue() : null;
      Function<JsonNode, @Nullable Float> floats =
          node -> node.isNumber() && Float.isFinite(node.floatValue()) ? node.floatValue() : null;
      Function<JsonNode, @Nullable Boolean> truths =
          node -> node.isBoolean() ? node.booleanValue() : null;
      add(long.class, Long.class, "an integer", longs);
      add(int.class, Integer.class, "an integer", ints);
      add(double.class, Double.class, "a finite number", doubles);
      add(float.class, Float.class, "a finite number", floats);
      add(boolean.class, Boolean.class, "true or false", truths);
      add(String.class, String.class, "a string", JsonNode::textValue);
      add(Instant.class, Instant.class, "an ISO-8601 instant", Scalar::instant);
    }

    private final String expected;
    private final transient Function<JsonNode, ? extends @Nullable T> value;

    Scalar(Class<?> type, String expected, Function<JsonNode, ? extends @Nullable T> value) {
      super(type);
      this.expected = expected;
      this.value = value;
    }

    private static <T> void add(
        Class<?> primitive, Class<T> type, String expected, Function<JsonNode, @Nullable T> value) {
      OF_TYPE.put(primitive, new Scalar<>(primitive, expected, value));
      OF_TYPE.put(type, new Scalar<>(type, expected, value));
    }

    @SuppressWarnings("unchecked")
    void addTo(SimpleModule module) {
      module.addDeserializer((Class<T>) handledType(), this);
    }

    @Override
    public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
      T read = value.apply(context.readTree(json));
      if (read == null) {
        throw MismatchedInputException.from(json, handledType(), expected);
      }
      return read;
    }

    private static @Nullable Instant instant(JsonNode node) {
      try {
        return node.isTextual() ? Instant.parse(node.textValue()) : null;
      } catch (DateTimeParseException e) {
        return null;
      }
    }
  }
}

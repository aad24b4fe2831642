package io.centroid.io;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Serializers and deserializers of {@link Json} for scalar values, without type conversion. */
final class JsonTypes {
  private JsonTypes() {}

  /** Description of the expected value for a type. */
  static String expected(Class<?> type) {
    Scalar<?> scalar = Scalar.OF_TYPE.get(type);
    if (scalar != null) {
      return scalar.expected;
    }
    if (type.isEnum()) {
      return String.join(" or ", spellings(type).keySet());
    }
    return type.isArray() || Collection.class.isAssignableFrom(type) ? "an array" : "an object";
  }

  /** Accepts null and absent values for {@link Nullable} constructor parameters. */
  static final class NullableMayBeMissing extends JacksonAnnotationIntrospector {
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

  static SimpleModule module() {
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
                constant -> Json.spelling((Enum<?>) constant),
                constant -> constant,
                (one, other) -> one,
                LinkedHashMap::new));
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
      json.writeString(Json.spelling(value));
    }
  }

  /** A deserializer of a scalar of exactly one type. */
  private static final class Scalar<T> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1L;

    static final Map<Class<?>, Scalar<?>> OF_TYPE = Collections.unmodifiableMap(ofType());

    private static Map<Class<?>, Scalar<?>> ofType() {
      Map<Class<?>, Scalar<?>> all = new LinkedHashMap<>();
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
      add(all, long.class, Long.class, "an integer", longs);
      add(all, int.class, Integer.class, "an integer", ints);
      add(all, double.class, Double.class, "a finite number", doubles);
      add(all, float.class, Float.class, "a finite number", floats);
      add(all, boolean.class, Boolean.class, "true or false", truths);
      add(all, String.class, String.class, "a string", JsonNode::textValue);
      add(all, Instant.class, Instant.class, "an ISO-8601 instant", Scalar::instant);
      return all;
    }

    private final String expected;
    private final transient Function<JsonNode, ? extends @Nullable T> value;

    Scalar(Class<?> type, String expected, Function<JsonNode, ? extends @Nullable T> value) {
      super(type);
      this.expected = expected;
      this.value = value;
    }

    private static <T> void add(
        Map<Class<?>, Scalar<?>> all,
        Class<?> primitive,
        Class<T> type,
        String expected,
        Function<JsonNode, @Nullable T> value) {
      all.put(primitive, new Scalar<>(primitive, expected, value));
      all.put(type, new Scalar<>(type, expected, value));
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

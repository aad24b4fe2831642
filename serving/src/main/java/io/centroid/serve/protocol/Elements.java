package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A tensor's elements on their way from JSON or bytes; its size is known before it is made. */
abstract class Elements {
  /** Where the next element goes. */
  int next;

  static Elements of(TensorType type, int size) {
    return switch (type) {
      case FP32 -> new OfFloats(size);
      case INT64 -> new OfLongs(size);
    };
  }

  abstract int size();

  /** Takes the number that the parser stands at. */
  abstract void add(JsonParser parser) throws IOException;

  /** Takes all elements from little-endian bytes. */
  abstract void addAll(ByteBuffer bytes);

  abstract Tensor tensor(String name, List<Long> shape);

  final void number(String input, JsonToken token, JsonParser parser) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw RefusedRequest.malformed(
          "input " + input + ": data[" + next + "]: a number expected, " + token + " found");
    }
    if (next == size()) {
      throw RefusedRequest.malformed(
          "input " + input + ": data has more than the shape's " + size() + " elements");
    }
    add(parser);
  }

  private static final class OfFloats extends Elements {
    private final float[] values;

    OfFloats(int size) {
      values = new float[size];
    }

    @Override
    int size() {
      return values.length;
    }

    @Override
    void add(JsonParser parser) throws IOException {
      float value = parser.getFloatValue();
      if (!Float.isFinite(value)) {
        throw RefusedRequest.malformed("data[" + next + "]: out of FP32's range");
      }
      values[next++] = value;
    }

    @Override
    void addAll(ByteBuffer bytes) {
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      for (int i = 0; i < values.length; i++) {
        if (!Float.isFinite(values[i])) {
          throw RefusedRequest.malformed("data[" + i + "]: " + values[i] + " is not finite");
        }
      }
      next = values.length;
    }

    @Override
    Tensor tensor(String name, List<Long> shape) {
      return new Tensor.Floats(name, shape, values);
    }
  }

  private static final class OfLongs extends Elements {
    private final long[] values;

    OfLongs(int size) {
      values = new long[size];
    }

    @Override
    int size() {
      return values.length;
    }

    @Override
    void add(JsonParser parser) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw RefusedRequest.malformed("data[" + next + "]: a whole number of 64 bits expected");
      }
      values[next++] = parser.getLongValue();
    }

    @Override
    void addAll(ByteBuffer bytes) {
      bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
      next = values.length;
    }

    @Override
    Tensor tensor(String name, List<Long> shape) {
      return new Tensor.Longs(name, shape, values);
    }
  }
}

package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.centroid.io.JsonInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Reads the elements of a tensor of known size from JSON or bytes. */
abstract class Elements {
  /** Index of the next element. */
  int next;

  static Elements of(TensorType type, int size) {
    return switch (type) {
      case FP32 -> new OfFloats(size);
      case INT64 -> new OfLongs(size);
    };
  }

  abstract int size();

  /** Adds the current number of the parser. */
  abstract void add(JsonParser parser) throws IOException;

  /** Reads all elements from little-endian bytes. */
  abstract void addAll(ByteBuffer bytes);

  abstract Tensor tensor(String name, List<Long> shape);

  final void number(String input, JsonToken token, JsonParser parser) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw RejectedRequestException.malformed(
          "input "
              + input
              + ": data["
              + next
              + "]: expected a number, found "
              + JsonInput.found(parser));
    }
    if (next == size()) {
      throw RejectedRequestException.malformed(
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
        throw RejectedRequestException.malformed("data[" + next + "]: out of range for FP32");
      }
      values[next++] = value;
    }

    @Override
    void addAll(ByteBuffer bytes) {
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      for (int i = 0; i < values.length; i++) {
        if (!Float.isFinite(values[i])) {
          throw RejectedRequestException.malformed(
              "data[" + i + "]: " + values[i] + " is not finite");
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
        throw RejectedRequestException.malformed("data[" + next + "]: expected a 64-bit integer");
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

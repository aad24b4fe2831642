package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.centroid.error.InputErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One input of a request. Its data can be parsed once name, type and shape are known; if the data
 * comes first, the request is parsed a second time.
 */
final class InputHeader {
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_DIMENSIONS = 8;

  private final RequestLimits limits;
  private final LongConsumer memory;
  private String name = "";
  private @Nullable TensorType type;
  private @Nullable List<Long> shape;
  private @Nullable Elements elements;
  private boolean skipped;
  private int binaryBytes = -1;

  InputHeader(RequestLimits limits, LongConsumer memory) {
    this.limits = limits;
    this.memory = memory;
  }

  /** Whether data was skipped because type or shape was unknown. */
  boolean skipped() {
    return skipped;
  }

  /** Length of the binary tensor in bytes; -1 if the data is in the JSON. */
  int binaryBytes() {
    return binaryBytes;
  }

  String name() {
    return name;
  }

  /** Reads the object at the parser's position. */
  void read(JsonParser parser, int bodyBytes) throws IOException {
    for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
      switch (key) {
        case "name" -> name = JsonText.text(parser, "inputs[].name", MAX_NAME_LENGTH);
        case "datatype" -> type = type(JsonText.text(parser, "inputs[].datatype", MAX_NAME_LENGTH));
        case "shape" -> shape = shape(parser);
        case "parameters" -> parameters(parser);
        case "data" -> data(parser, bodyBytes);
        default -> parser.skipChildren();
      }
    }
    if (name.isEmpty() || type == null || shape == null) {
      throw RejectedRequestException.malformed("an input must have name, shape and datatype");
    }
  }

  private void data(JsonParser parser, int bodyBytes) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RejectedRequestException.malformed("inputs[].data: expected an array");
    }
    if (elements != null) {
      parser.skipChildren();
      return;
    }
    if (type == null || shape == null) {
      skipped = true;
      parser.skipChildren();
      return;
    }
    int size = size(shape);
    // A number has at least two bytes with its comma: bounds the allocation by the body.
    if (size > bodyBytes / 2 + 1) {
      throw RejectedRequestException.malformed(tooFew(size));
    }
    Elements read = elements(type, size);
    JsonNumbers.read(parser, name, shape, read);
    if (read.next < size) {
      throw RejectedRequestException.malformed(tooFew(size));
    }
    elements = read;
  }

  /** The tensor; reads binary data from the buffer. */
  Tensor tensor(ByteBuffer binary) {
    TensorType stated = Objects.requireNonNull(type);
    List<Long> dimensions = Objects.requireNonNull(shape);
    if (binaryBytes >= 0) {
      if (elements != null || skipped) {
        throw RejectedRequestException.malformed(
            "input " + name + ": has both data and binary_data_size");
      }
      int size = size(dimensions);
      if (binaryBytes != (long) size * stated.bytes() || binaryBytes > binary.remaining()) {
        throw RejectedRequestException.malformed(
            "input "
                + name
                + ": binary_data_size "
                + binaryBytes
                + ", expected "
                + (long) size * stated.bytes()
                + " by its shape; found "
                + binary.remaining()
                + " bytes");
      }
      ByteBuffer own = binary.slice(binary.position(), binaryBytes);
      binary.position(binary.position() + binaryBytes);
      Elements read = elements(stated, size);
      read.addAll(own);
      return read.tensor(name, dimensions);
    }
    if (elements == null) {
      throw RejectedRequestException.malformed("input " + name + " has no data");
    }
    return elements.tensor(name, dimensions);
  }

  private Elements elements(TensorType stated, int size) {
    memory.accept((long) size * stated.bytes());
    return Elements.of(stated, size);
  }

  private String tooFew(int size) {
    return "input " + name + ": data has fewer than the shape's " + size + " elements";
  }

  private int size(List<Long> dimensions) {
    long size = 1;
    for (long length : dimensions) {
      // Stops multiplying beyond the limit, so there is no overflow.
      size = size > limits.elements() ? size : size * Math.min(length, limits.elements() + 1L);
    }
    if (size > limits.elements()) {
      throw new RejectedRequestException(
          413,
          "input "
              + name
              + ": shape "
              + dimensions
              + " has more than "
              + limits.elements()
              + " elements");
    }
    return (int) size;
  }

  private void parameters(JsonParser parser) throws IOException {
    JsonText.requireObject(parser, "inputs[].parameters");
    for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
      if (key.equals("binary_data_size")) {
        binaryBytes = (int) JsonText.integer(parser, "binary_data_size", 0, limits.bodyBytes());
      } else {
        parser.skipChildren();
      }
    }
  }

  private static TensorType type(String text) {
    for (TensorType type : TensorType.values()) {
      if (type.name().equals(text)) {
        return type;
      }
    }
    throw RejectedRequestException.malformed(
        "inputs[].datatype: expected FP32 or INT64, found " + InputErrors.quote(text));
  }

  private static List<Long> shape(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RejectedRequestException.malformed("inputs[].shape: expected an array");
    }
    List<Long> lengths = new ArrayList<>(4);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (lengths.size() == MAX_DIMENSIONS) {
        throw RejectedRequestException.malformed(
            "inputs[].shape: expected at most " + MAX_DIMENSIONS + " dimensions");
      }
      lengths.add(JsonText.integer(parser, "inputs[].shape[]", 0, Long.MAX_VALUE));
    }
    return List.copyOf(lengths);
  }
}

package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.centroid.InputErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One input as a request states it. Its data can be read once name, type and shape are known; where
 * it stands before them, the request is read a second time.
 */
final class InputHeader {
  private static final int LONGEST_NAME = 256;
  private static final int MOST_DIMENSIONS = 8;

  private final RequestLimits limits;
  private String name = "";
  private @Nullable TensorType type;
  private @Nullable List<Long> shape;
  private @Nullable Elements elements;
  private boolean skipped;
  private int binaryBytes = -1;

  InputHeader(RequestLimits limits) {
    this.limits = limits;
  }

  /** Whether there was data that could not be read yet. */
  boolean skipped() {
    return skipped;
  }

  /** Bytes of the binary tensor after the JSON; -1: the data is in the JSON. */
  int binaryBytes() {
    return binaryBytes;
  }

  String name() {
    return name;
  }

  /** Reads the object that the parser stands at the beginning of. */
  void read(JsonParser parser, int bodyBytes) throws IOException {
    for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
      switch (key) {
        case "name" -> name = JsonText.text(parser, "inputs[].name", LONGEST_NAME);
        case "datatype" -> type = type(JsonText.text(parser, "inputs[].datatype", LONGEST_NAME));
        case "shape" -> shape = shape(parser);
        case "parameters" -> parameters(parser);
        case "data" -> data(parser, bodyBytes);
        default -> parser.skipChildren();
      }
    }
    if (name.isEmpty() || type == null || shape == null) {
      throw RefusedRequest.malformed("an input needs name, shape and datatype");
    }
  }

  private void data(JsonParser parser, int bodyBytes) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RefusedRequest.malformed("inputs[].data: an array expected");
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
    // A number takes two bytes with its comma: no allocation on the shape's word alone.
    if (size > bodyBytes / 2 + 1) {
      throw RefusedRequest.malformed(tooFew(size));
    }
    Elements read = Elements.of(type, size);
    JsonNumbers.read(parser, name, shape, read);
    if (read.next < size) {
      throw RefusedRequest.malformed(tooFew(size));
    }
    elements = read;
  }

  /** The whole tensor, whose binary form, if it has one, is the buffer's rest. */
  Tensor tensor(ByteBuffer binary) {
    TensorType stated = Objects.requireNonNull(type);
    List<Long> dimensions = Objects.requireNonNull(shape);
    if (binaryBytes >= 0) {
      if (elements != null || skipped) {
        throw RefusedRequest.malformed("input " + name + ": both data and binary_data_size");
      }
      int size = size(dimensions);
      if (binaryBytes != (long) size * stated.bytes() || binaryBytes > binary.remaining()) {
        throw RefusedRequest.malformed(
            "input "
                + name
                + ": binary_data_size "
                + binaryBytes
                + ", the shape needs "
                + (long) size * stated.bytes()
                + " and "
                + binary.remaining()
                + " follow");
      }
      ByteBuffer own = binary.slice(binary.position(), binaryBytes);
      binary.position(binary.position() + binaryBytes);
      Elements read = Elements.of(stated, size);
      read.addAll(own);
      return read.tensor(name, dimensions);
    }
    if (elements == null) {
      throw RefusedRequest.malformed("input " + name + " has no data");
    }
    return elements.tensor(name, dimensions);
  }

  private String tooFew(int size) {
    return "input " + name + ": data has fewer than the shape's " + size + " elements";
  }

  private int size(List<Long> dimensions) {
    long size = 1;
    for (long length : dimensions) {
      // Beyond the limit nothing is multiplied, so nothing overflows.
      size = size > limits.elements() ? size : size * Math.min(length, limits.elements() + 1L);
    }
    if (size > limits.elements()) {
      throw new RefusedRequest(
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
        binaryBytes = (int) JsonText.whole(parser, "binary_data_size", 0, limits.bodyBytes());
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
    throw RefusedRequest.malformed(
        "inputs[].datatype: FP32 or INT64 expected, " + InputErrors.quote(text) + " found");
  }

  private static List<Long> shape(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RefusedRequest.malformed("inputs[].shape: an array expected");
    }
    List<Long> lengths = new ArrayList<>(4);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (lengths.size() == MOST_DIMENSIONS) {
        throw RefusedRequest.malformed(
            "inputs[].shape: more than " + MOST_DIMENSIONS + " dimensions");
      }
      lengths.add(JsonText.whole(parser, "inputs[].shape[]", 0, Long.MAX_VALUE));
    }
    return List.copyOf(lengths);
  }
}

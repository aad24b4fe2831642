package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.centroid.error.InputException;
import io.centroid.io.JsonInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Parses requests of the Open Inference Protocol v2. Tensors are JSON numbers, flat or nested, or
 * little-endian bytes after the JSON (binary tensor data extension). Memory use is bounded by the
 * received bytes, not by announced sizes. Thread-safe.
 */
public final class InferRequestParser {
  private static final int MAX_TEXT_LENGTH = 1024;
  private static final int MAX_TENSORS = 4096;
  private static final int MAX_NUMBER_LENGTH = 128;

  private final RequestLimits limits;
  private final JsonFactory json;

  public InferRequestParser(RequestLimits limits) {
    this.limits = limits;
    json = factory(limits, MAX_TEXT_LENGTH);
  }

  static JsonFactory factory(RequestLimits limits, int maxTextLength) {
    return JsonInput.factory(
        StreamReadConstraints.builder()
            .maxNestingDepth(limits.depth())
            .maxStringLength(maxTextLength)
            .maxNumberLength(MAX_NUMBER_LENGTH)
            .build());
  }

  /**
   * Parses a request.
   *
   * @param length length of the body in bytes; the array may be longer
   * @param jsonLength length of the JSON part in bytes; binary tensors follow
   * @param memory receives the size in bytes of each tensor before it is allocated; may throw
   */
  public InferRequest parse(byte[] body, int length, int jsonLength, LongConsumer memory) {
    if (jsonLength < 0 || jsonLength > length) {
      throw RejectedRequestException.malformed(
          "the JSON part has " + jsonLength + " bytes, expected at most the body's " + length);
    }
    return reading(
        () -> {
          Reading first = new Reading(List.of(), memory);
          first.read(body, jsonLength);
          Reading whole = first;
          if (first.inputs.stream().anyMatch(InputHeader::skipped)) {
            whole = new Reading(first.inputs, memory);
            whole.read(body, jsonLength);
          }
          return whole.request(ByteBuffer.wrap(body, jsonLength, length - jsonLength));
        });
  }

  /** A JSON parser whose errors are reported to the client. */
  interface JsonReading<T> {
    T read() throws IOException;
  }

  static <T> T reading(JsonReading<T> reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      InputException refusal = JsonInput.parseError("body", "", e);
      throw RejectedRequestException.malformed(String.valueOf(refusal.getMessage()));
    }
  }

  /** An output in the request; null {@code binary} means the default of the request. */
  private record ParsedOutput(String name, @Nullable Boolean binary) {
    InferRequest.RequestedOutput requested(boolean byDefault) {
      return new InferRequest.RequestedOutput(name, binary == null ? byDefault : binary);
    }
  }

  /** One pass over the JSON of a request. */
  private final class Reading {
    /** Headers from an earlier pass that found shapes after their data. */
    private final List<InputHeader> known;

    private final LongConsumer memory;

    private List<InputHeader> inputs = List.of();
    private List<ParsedOutput> outputs = List.of();
    private @Nullable String id;
    private boolean binaryOutputs;

    Reading(List<InputHeader> known, LongConsumer memory) {
      this.known = known;
      this.memory = memory;
    }

    void read(byte[] body, int length) throws IOException {
      try (JsonParser parser = json.createParser(body, 0, length)) {
        parser.nextToken();
        JsonText.requireObject(parser, "body");
        for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
          switch (key) {
            case "id" -> id = JsonText.text(parser, "id", MAX_TEXT_LENGTH);
            case "inputs" -> inputs = inputs(parser, length);
            case "outputs" -> outputs = outputs(parser);
            case "parameters" -> parameters(parser);
            default -> parser.skipChildren();
          }
        }
        if (parser.nextToken() != null) {
          throw RejectedRequestException.malformed(
              "body: unexpected content after the JSON object");
        }
      }
    }

    InferRequest request(ByteBuffer binary) {
      if (inputs.isEmpty()) {
        throw RejectedRequestException.malformed("inputs is missing or empty");
      }
      long elements = 0;
      List<Tensor> tensors = new ArrayList<>(inputs.size());
      for (InputHeader input : inputs) {
        Tensor tensor = input.tensor(binary);
        elements += tensor.size();
        tensors.add(tensor);
      }
      if (elements > limits.elements()) {
        throw new RejectedRequestException(
            413,
            "the inputs have " + elements + " elements, expected at most " + limits.elements());
      }
      if (binary.hasRemaining()) {
        throw RejectedRequestException.malformed(
            binary.remaining() + " unexpected bytes after the binary tensors");
      }
      return new InferRequest(
          id,
          tensors,
          outputs.stream().map(output -> output.requested(binaryOutputs)).toList(),
          binaryOutputs);
    }

    private List<InputHeader> inputs(JsonParser parser, int length) throws IOException {
      requireArray(parser, "inputs");
      List<InputHeader> read = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        requireCapacity("inputs", read.size());
        JsonText.requireObject(parser, "inputs[" + read.size() + "]");
        InputHeader header =
            read.size() < known.size() ? known.get(read.size()) : new InputHeader(limits, memory);
        header.read(parser, length);
        read.add(header);
      }
      return read;
    }

    private List<ParsedOutput> outputs(JsonParser parser) throws IOException {
      requireArray(parser, "outputs");
      List<ParsedOutput> read = new ArrayList<>();
      Set<String> names = new HashSet<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        requireCapacity("outputs", read.size());
        JsonText.requireObject(parser, "outputs[" + read.size() + "]");
        ParsedOutput output = output(parser);
        if (!names.add(output.name())) {
          throw RejectedRequestException.malformed("output " + output.name() + " occurs twice");
        }
        read.add(output);
      }
      return read;
    }

    private ParsedOutput output(JsonParser parser) throws IOException {
      String name = "";
      Boolean binary = null;
      for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
        switch (key) {
          case "name" -> name = JsonText.text(parser, "outputs[].name", MAX_TEXT_LENGTH);
          case "parameters" -> binary = flag(parser, "binary_data");
          default -> parser.skipChildren();
        }
      }
      if (name.isEmpty()) {
        throw RejectedRequestException.malformed("an output needs a name");
      }
      return new ParsedOutput(name, binary);
    }

    private void parameters(JsonParser parser) throws IOException {
      binaryOutputs = Boolean.TRUE.equals(flag(parser, "binary_data_output"));
    }

    private static @Nullable Boolean flag(JsonParser parser, String name) throws IOException {
      JsonText.requireObject(parser, "parameters");
      Boolean flag = null;
      for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
        if (key.equals(name)) {
          flag = JsonText.bool(parser, name);
        } else {
          parser.skipChildren();
        }
      }
      return flag;
    }

    private static void requireArray(JsonParser parser, String what) {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw RejectedRequestException.malformed(what + ": expected an array");
      }
    }

    private static void requireCapacity(String what, int size) {
      if (size == MAX_TENSORS) {
        throw RejectedRequestException.malformed(what + ": expected at most " + MAX_TENSORS);
      }
    }
  }
}

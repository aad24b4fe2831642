package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.centroid.InputException;
import io.centroid.io.JsonInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of the Open Inference Protocol, v2: tensors as JSON numbers, flat or nested, or,
 * after its binary tensor data extension, as little-endian bytes behind the JSON. What a request
 * states of itself never decides how much memory is taken. For any number of threads.
 */
public final class InferRequestParser {
  private static final int LONGEST_TEXT = 1024;
  private static final int MOST_TENSORS = 64;
  private static final int LONGEST_NUMBER = 128;

  private final RequestLimits limits;
  private final JsonFactory json;

  public InferRequestParser(RequestLimits limits) {
    this.limits = limits;
    json = factory(limits, LONGEST_TEXT);
  }

  static JsonFactory factory(RequestLimits limits, int longestText) {
    return JsonInput.factory(
        StreamReadConstraints.builder()
            .maxNestingDepth(limits.depth())
            .maxStringLength(longestText)
            .maxNumberLength(LONGEST_NUMBER)
            .build());
  }

  /**
   * Reads a request.
   *
   * @param length of the body in the array, which may be longer
   * @param jsonLength of its JSON part; binary tensors follow
   */
  public InferRequest parse(byte[] body, int length, int jsonLength) {
    if (jsonLength < 0 || jsonLength > length) {
      throw RefusedRequest.malformed(
          "the JSON part is said to have " + jsonLength + " bytes, the body has " + length);
    }
    return reading(
        () -> {
          Reading first = new Reading(List.of());
          first.read(body, jsonLength);
          Reading whole = first;
          if (first.inputs.stream().anyMatch(InputHeader::skipped)) {
            whole = new Reading(first.inputs);
            whole.read(body, jsonLength);
          }
          return whole.request(ByteBuffer.wrap(body, jsonLength, length - jsonLength));
        });
  }

  /** A reading of JSON, whose faults are the sender's. */
  interface JsonReading<T> {
    T read() throws IOException;
  }

  static <T> T reading(JsonReading<T> reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      InputException refusal = JsonInput.parseError("body", "", e);
      throw RefusedRequest.malformed(String.valueOf(refusal.getMessage()));
    }
  }

  /** An output as the request states it; what holds for all may come after it. */
  private record StatedOutput(String name, @Nullable Boolean binary) {
    InferRequest.WantedOutput wanted(boolean otherwise) {
      return new InferRequest.WantedOutput(name, binary == null ? otherwise : binary);
    }
  }

  /** One pass over a request. */
  private final class Reading {
    /** From an earlier pass, which found shapes behind their data. */
    private final List<InputHeader> known;

    private List<InputHeader> inputs = List.of();
    private List<StatedOutput> outputs = List.of();
    private @Nullable String id;
    private boolean binaryOutputs;

    Reading(List<InputHeader> known) {
      this.known = known;
    }

    void read(byte[] body, int length) throws IOException {
      try (JsonParser parser = json.createParser(body, 0, length)) {
        parser.nextToken();
        JsonText.requireObject(parser, "body");
        for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
          switch (key) {
            case "id" -> id = JsonText.text(parser, "id", LONGEST_TEXT);
            case "inputs" -> inputs = inputs(parser, length);
            case "outputs" -> outputs = outputs(parser);
            case "parameters" -> parameters(parser);
            default -> parser.skipChildren();
          }
        }
        if (parser.nextToken() != null) {
          throw RefusedRequest.malformed("body: more follows the JSON object");
        }
      }
    }

    InferRequest request(ByteBuffer binary) {
      if (inputs.isEmpty()) {
        throw RefusedRequest.malformed("inputs is missing or empty");
      }
      long elements = 0;
      List<Tensor> tensors = new ArrayList<>(inputs.size());
      for (InputHeader input : inputs) {
        Tensor tensor = input.tensor(binary);
        elements += tensor.size();
        tensors.add(tensor);
      }
      if (elements > limits.elements()) {
        throw new RefusedRequest(
            413, elements + " elements in all inputs, at most " + limits.elements() + " are taken");
      }
      if (binary.hasRemaining()) {
        throw RefusedRequest.malformed(binary.remaining() + " bytes too many behind the JSON");
      }
      return new InferRequest(
          id,
          tensors,
          outputs.stream().map(output -> output.wanted(binaryOutputs)).toList(),
          binaryOutputs);
    }

    private List<InputHeader> inputs(JsonParser parser, int length) throws IOException {
      requireArray(parser, "inputs");
      List<InputHeader> read = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        requireRoom("inputs", read.size());
        JsonText.requireObject(parser, "inputs[" + read.size() + "]");
        InputHeader header =
            read.size() < known.size() ? known.get(read.size()) : new InputHeader(limits);
        header.read(parser, length);
        read.add(header);
      }
      return read;
    }

    private List<StatedOutput> outputs(JsonParser parser) throws IOException {
      requireArray(parser, "outputs");
      List<StatedOutput> read = new ArrayList<>();
      Set<String> names = new HashSet<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        requireRoom("outputs", read.size());
        JsonText.requireObject(parser, "outputs[" + read.size() + "]");
        StatedOutput output = output(parser);
        if (!names.add(output.name())) {
          throw RefusedRequest.malformed("output " + output.name() + " comes twice");
        }
        read.add(output);
      }
      return read;
    }

    private StatedOutput output(JsonParser parser) throws IOException {
      String name = "";
      Boolean binary = null;
      for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
        switch (key) {
          case "name" -> name = JsonText.text(parser, "outputs[].name", LONGEST_TEXT);
          case "parameters" -> binary = flag(parser, "binary_data");
          default -> parser.skipChildren();
        }
      }
      if (name.isEmpty()) {
        throw RefusedRequest.malformed("an output needs a name");
      }
      return new StatedOutput(name, binary);
    }

    private void parameters(JsonParser parser) throws IOException {
      binaryOutputs = Boolean.TRUE.equals(flag(parser, "binary_data_output"));
    }

    private static @Nullable Boolean flag(JsonParser parser, String name) throws IOException {
      JsonText.requireObject(parser, "parameters");
      Boolean flag = null;
      for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
        if (key.equals(name)) {
          flag = JsonText.truth(parser, name);
        } else {
          parser.skipChildren();
        }
      }
      return flag;
    }

    private static void requireArray(JsonParser parser, String what) {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw RefusedRequest.malformed(what + ": an array expected");
      }
    }

    private static void requireRoom(String what, int size) {
      if (size == MOST_TENSORS) {
        throw RefusedRequest.malformed(what + ": at most " + MOST_TENSORS + " are taken");
      }
    }
  }
}

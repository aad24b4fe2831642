package io.centroid.fuzz.parsers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.InputException;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.fuzz.Parts;
import io.centroid.serve.protocol.GenerateRequestParser;
import io.centroid.serve.protocol.InferAnswer;
import io.centroid.serve.protocol.InferRequest;
import io.centroid.serve.protocol.InferRequestParser;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.RefusedRequest;
import io.centroid.serve.protocol.RequestLimits;
import io.centroid.serve.protocol.TensorSpec;
import io.centroid.serve.protocol.TensorType;
import java.util.List;

/** Bodies of requests to the server: JSON, and binary tensors behind it. */
final class InferenceTarget implements FuzzTarget {
  private static final RequestLimits LIMITS = new RequestLimits(1 << 16, 1 << 12, 16);
  private static final ModelDescription MODEL =
      new ModelDescription(
          "digits",
          "1",
          List.of(
              new TensorSpec("input", TensorType.FP32, List.of(-1L, 4L)),
              new TensorSpec("ids", TensorType.INT64, List.of(-1L, -1L))),
          List.of(new TensorSpec("probabilities", TensorType.FP32, List.of(-1L, 2L))),
          JsonNodeFactory.instance.objectNode());

  private final InferRequestParser parser = new InferRequestParser(LIMITS);
  private final GenerateRequestParser texts = new GenerateRequestParser(LIMITS);

  @Override
  public List<PartFormat> formats() {
    return List.of(PartFormat.JSON, PartFormat.BINARY);
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        Parts.join(
            Text.bytes(
                """
                {"id": "a", "inputs": [
                  {"name": "input", "shape": [2, 4], "datatype": "FP32",
                   "data": [0, 253.5, -1e-3, 4, 5, 6, 7, 255]},
                  {"name": "ids", "shape": [1, 3], "datatype": "INT64", "data": [[1, 2, 50256]]}],
                 "outputs": [{"name": "probabilities", "parameters": {"binary_data": false}}]}
                """),
            new byte[0]),
        Parts.join(
            Text.bytes(
                """
                {"inputs": [
                  {"data": [[1, 2, 3, 4]], "shape": [1, 4], "datatype": "FP32", "name": "input"},
                  {"name": "ids", "shape": [1, 2], "datatype": "INT64",
                   "parameters": {"binary_data_size": 16}}],
                 "parameters": {"binary_data_output": true}}
                """),
            new byte[16]),
        Parts.join(
            Text.bytes(
                """
                {"text_input": "Once", "parameters": {"max_tokens": 5, "temperature": 0.5,
                 "top_k": 3, "top_p": 0.9, "seed": 1}, "inputs": []}
                """),
            new byte[0]));
  }

  @Override
  public List<String> dictionary() {
    return List.of(
        "\"shape\": [4294967296, 4294967296]",
        "\"shape\": [-1, 4]",
        "\"datatype\": \"BYTES\"",
        "\"binary_data_size\": 2147483647",
        "\"binary_data\": true",
        "1e999",
        "9223372036854775808",
        "[[[[",
        "\"data\"",
        "\"parameters\"");
  }

  @Override
  public Bound bound() {
    return Bound.TREE;
  }

  @Override
  public void read(byte[] input) {
    List<byte[]> parts = Parts.split(input);
    byte[] json = parts.get(0);
    byte[] binary = parts.size() > 1 ? parts.get(1) : new byte[0];
    byte[] body = new byte[json.length + binary.length];
    System.arraycopy(json, 0, body, 0, json.length);
    System.arraycopy(binary, 0, body, json.length, binary.length);
    try {
      if (Text.latin(json).contains("text_input")) {
        texts.parse(json, json.length);
      } else {
        InferRequest request = parser.parse(body, body.length, json.length);
        InferAnswer.of(
            MODEL, request.id(), request.outputsOf(MODEL), request.inputsFor(MODEL).subList(0, 1));
      }
    } catch (RefusedRequest e) {
      refuse(e);
    }
  }

  /** The server's own fault is not among the answers to any body. */
  private static void refuse(RefusedRequest e) {
    if (e.status() < 400 || e.status() >= 500) {
      throw new AssertionError(e.status() + " for a body: " + e.getMessage());
    }
    throw new InputException(String.valueOf(e.getMessage()), e);
  }
}

package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.error.InputException;
import io.centroid.export.ExportDescription;
import io.centroid.serve.protocol.GenerateRequestParser;
import io.centroid.serve.protocol.InferRequest;
import io.centroid.serve.protocol.InferRequestParser;
import io.centroid.serve.protocol.InferResponse;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.RejectedRequestException;
import io.centroid.serve.protocol.RequestLimits;
import io.centroid.serve.protocol.TensorSpec;
import io.centroid.serve.protocol.TensorType;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.FieldSource;

/** Fuzz targets for export descriptions and request bodies of the server. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class ServingFuzzTest {
  private static final String SHA256 = "0".repeat(64);
  private static final RequestLimits LIMITS = new RequestLimits(1 << 16, 1 << 12, 16);
  private static final ModelDescription MODEL =
      new ModelDescription(
          "digits",
          "1",
          List.of(
              new TensorSpec("input", TensorType.FP32, List.of(-1L, 4L)),
              new TensorSpec("ids", TensorType.INT64, List.of(-1L, -1L))),
          List.of(new TensorSpec("probabilities", TensorType.FP32, List.of(-1L, 2L))),
          List.of(),
          JsonNodeFactory.instance.objectNode());

  static final FuzzTarget EXPORT =
      FuzzTarget.json(
          content -> ExportDescription.parse("export.json", content).toJson(),
          """
          {"formatVersion": 1, "format": "onnx", "weights": "fp32", "cache": false,
           "architecture": "mlp", "task": "classification", "opset": 17, "irVersion": 8,
           "source": {"path": "runs/a/checkpoints/step-00000010", "parametersSha256": "%s"},
           "inputs": [{"name": "input", "type": "float32", "shape": ["batch", "784"]}],
           "outputs": [{"name": "probabilities", "type": "float32", "shape": ["batch", "10"]}],
           "preprocessing": {"inside": true, "shape": [1, 28, 28], "mean": [0.0],
                             "scale": [0.0039]},
           "labels": ["0", "1"], "files": {"model.onnx": {"bytes": 20, "sha256": "%s"}},
           "verification": {"source": "10 examples", "real": true, "examples": 10, "values": 100,
             "maxDifference": 1e-7, "tolerance": 1e-5, "agreement": 1.0,
             "before": {"accuracy": 0.9, "loss": 0.1}, "after": {"accuracy": 0.9, "loss": 0.1}}}
          """
              .formatted(SHA256, SHA256));

  static final FuzzTarget REQUEST =
      new FuzzTarget(1 << 19, 400, ServingFuzzTest::answer, ServingFuzzTest::requests);

  @FieldSource("EXPORT")
  @DictionaryEntries({"\"files\"", "../x", "\"shape\"", "\"labels\"", "torch-safetensors"})
  @FuzzTest
  void export(byte[] input) throws Exception {
    EXPORT.check(input);
  }

  @FieldSource("REQUEST")
  @DictionaryEntries({
    "\"shape\": [4294967296, 4294967296]",
    "\"shape\": [-1, 4]",
    "\"datatype\": \"BYTES\"",
    "\"binary_data_size\": 2147483647",
    "\"binary_data\": true",
    "1e999",
    "\"parameters\""
  })
  @FuzzTest
  void request(byte[] input) throws Exception {
    REQUEST.check(input);
  }

  private static List<byte[]> requests() {
    return List.of(
        Inputs.join(
            Inputs.utf8(
                """
                {"id": "a", "inputs": [
                  {"name": "input", "shape": [2, 4], "datatype": "FP32",
                   "data": [0, 253.5, -1e-3, 4, 5, 6, 7, 255]},
                  {"name": "ids", "shape": [1, 3], "datatype": "INT64", "data": [[1, 2, 50256]]}],
                 "outputs": [{"name": "probabilities", "parameters": {"binary_data": false}}]}
                """),
            new byte[0]),
        Inputs.join(
            Inputs.utf8(
                """
                {"inputs": [
                  {"data": [[1, 2, 3, 4]], "shape": [1, 4], "datatype": "FP32", "name": "input"},
                  {"name": "ids", "shape": [1, 2], "datatype": "INT64",
                   "parameters": {"binary_data_size": 16}}],
                 "parameters": {"binary_data_output": true}}
                """),
            new byte[16]),
        Inputs.utf8(
            """
            {"text_input": "Once", "parameters": {"max_tokens": 5, "temperature": 0.5,
             "top_k": 3, "top_p": 0.9, "seed": 1}, "inputs": []}
            """),
        Inputs.utf8(
            "{\"inputs\": [{\"name\": \"input\", \"shape\": [4294967296, 4294967296], \"data\": "
                + "[".repeat(5000)));
  }

  /** Parses JSON followed by binary tensors. */
  private static void answer(byte[] input) {
    List<byte[]> parts = Inputs.split(input);
    byte[] json = parts.get(0);
    byte[] binary = parts.size() > 1 ? parts.get(1) : new byte[0];
    byte[] body = new byte[json.length + binary.length];
    System.arraycopy(json, 0, body, 0, json.length);
    System.arraycopy(binary, 0, body, json.length, binary.length);
    try {
      if (Inputs.latin(json).contains("text_input")) {
        new GenerateRequestParser(LIMITS).parse(json, json.length);
      } else {
        InferRequest request =
            new InferRequestParser(LIMITS).parse(body, body.length, json.length, bytes -> {});
        InferResponse.of(
            MODEL,
            request.id(),
            request.requestedOutputs(MODEL),
            request.inputsFor(MODEL).subList(0, 1));
      }
    } catch (RejectedRequestException e) {
      FuzzTarget.requireOneLine(e);
      if (e.status() < 400 || e.status() >= 500) {
        throw new AssertionError("expected a client error (4xx): " + e.status(), e);
      }
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }
}

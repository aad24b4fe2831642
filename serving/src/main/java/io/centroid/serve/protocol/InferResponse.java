package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An encoded inference response.
 *
 * @param body JSON, followed by the binary tensors
 * @param jsonLength length of the JSON in bytes; -1 without binary tensors
 */
public record InferResponse(byte[] body, int jsonLength) {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  /** Encodes the tensors; {@code requested} has one entry per tensor. */
  public static InferResponse of(
      ModelDescription model,
      @Nullable String id,
      List<InferRequest.RequestedOutput> requested,
      List<Tensor> tensors) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    List<Tensor> binary = new ArrayList<>();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("model_name", model.name());
      json.writeStringField("model_version", model.version());
      if (id != null) {
        json.writeStringField("id", id);
      }
      json.writeArrayFieldStart("outputs");
      for (int i = 0; i < tensors.size(); i++) {
        Tensor tensor = tensors.get(i);
        json.writeStartObject();
        json.writeStringField("name", tensor.name());
        json.writeStringField("datatype", tensor.type().name());
        json.writeArrayFieldStart("shape");
        for (long length : tensor.shape()) {
          json.writeNumber(length);
        }
        json.writeEndArray();
        if (requested.get(i).binary()) {
          json.writeObjectFieldStart("parameters");
          json.writeNumberField("binary_data_size", tensor.size() * tensor.type().bytes());
          json.writeEndObject();
          binary.add(tensor);
        } else {
          data(json, model, tensor);
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (binary.isEmpty()) {
      return new InferResponse(out.toByteArray(), -1);
    }
    int jsonLength = out.size();
    binary.forEach(tensor -> out.writeBytes(bytes(tensor)));
    return new InferResponse(out.toByteArray(), jsonLength);
  }

  private static void data(JsonGenerator json, ModelDescription model, Tensor tensor)
      throws IOException {
    json.writeArrayFieldStart("data");
    if (tensor instanceof Tensor.Floats floats) {
      for (float value : floats.values()) {
        if (!Float.isFinite(value)) {
          throw notFinite(model, tensor.name(), value);
        }
        json.writeNumber(value);
      }
    } else if (tensor instanceof Tensor.Longs longs) {
      for (long value : longs.values()) {
        json.writeNumber(value);
      }
    }
    json.writeEndArray();
  }

  /**
   * The error for an output that JSON cannot represent. A version whose outputs are not finite on
   * zeros is not loaded, so the numbers of the request lead to it; no number does for a model that
   * takes integers only.
   */
  private static RejectedRequestException notFinite(
      ModelDescription model, String output, float value) {
    boolean takesNumbers =
        model.inputs().stream().anyMatch(input -> input.type() == TensorType.FP32);
    return new RejectedRequestException(
        takesNumbers ? 400 : 500,
        "the input leads to an output that is not finite: " + output + " has " + value);
  }

  private static byte[] bytes(Tensor tensor) {
    ByteBuffer buffer =
        ByteBuffer.allocate(tensor.size() * tensor.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    if (tensor instanceof Tensor.Floats floats) {
      buffer.asFloatBuffer().put(floats.values());
    } else if (tensor instanceof Tensor.Longs longs) {
      buffer.asLongBuffer().put(longs.values());
    }
    return buffer.array();
  }
}

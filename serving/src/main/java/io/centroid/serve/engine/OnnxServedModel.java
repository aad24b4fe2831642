package io.centroid.serve.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputException;
import io.centroid.onnx.OnnxModel;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.Tensor;
import io.centroid.serve.protocol.TensorSpec;
import io.centroid.serve.protocol.TensorType;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A model in ONNX Runtime with tensors as inputs and outputs. */
final class OnnxServedModel implements ServedModel {
  private final OnnxModel model;
  private final ModelDescription description;
  private final Set<String> outputs;
  private final boolean batches;

  OnnxServedModel(OnnxModel model, String name, String version, List<String> columns) {
    this.model = model;
    description =
        new ModelDescription(
            name,
            version,
            specs(model.inputs().values()),
            specs(model.outputs().values()),
            columns,
            properties(model.metadata()));
    for (TensorSpec output : description.outputs()) {
      if (output.type() != TensorType.FP32) {
        throw new InputException("output " + output.name() + ": only float outputs are supported");
      }
    }
    outputs = new LinkedHashSet<>();
    description.outputs().forEach(output -> outputs.add(output.name()));
    batches =
        description.inputs().stream().allMatch(OnnxServedModel::rows)
            && description.outputs().stream().allMatch(OnnxServedModel::rows);
  }

  /** Whether the first dimension is the only dynamic one, so that rows are independent. */
  private static boolean rows(TensorSpec spec) {
    return !spec.shape().isEmpty()
        && spec.shape().get(0) < 0
        && spec.shape().stream().skip(1).allMatch(length -> length > 0);
  }

  private static ObjectNode properties(Map<String, String> metadata) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    metadata.keySet().stream().sorted().forEach(key -> node.put(key, metadata.get(key)));
    return node;
  }

  private static List<TensorSpec> specs(Collection<OnnxModel.Port> ports) {
    return ports.stream()
        .map(port -> new TensorSpec(port.name(), type(port), port.shape()))
        .toList();
  }

  private static TensorType type(OnnxModel.Port port) {
    return switch (port.type()) {
      case "FLOAT" -> TensorType.FP32;
      case "INT64" -> TensorType.INT64;
      default ->
          throw new InputException(
              port.name()
                  + ": expected a tensor of floats or 64-bit integers, found "
                  + port.type());
    };
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public boolean batches() {
    return batches;
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs) {
    Map<String, OnnxModel.Input> given = new LinkedHashMap<>();
    for (Tensor tensor : inputs) {
      long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
      given.put(
          tensor.name(),
          tensor instanceof Tensor.Floats floats
              ? new OnnxModel.Input.Floats(FloatBuffer.wrap(floats.values()), shape)
              : new OnnxModel.Input.Integers(
                  LongBuffer.wrap(((Tensor.Longs) tensor).values()), shape));
    }
    List<Tensor> answers = new ArrayList<>(outputs.size());
    try (OnnxModel.Results results = model.run(given, outputs)) {
      for (TensorSpec output : description.outputs()) {
        FloatBuffer buffer = results.floats(output.name());
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        List<Long> shape = new ArrayList<>();
        for (long length : results.shape(output.name())) {
          shape.add(length);
        }
        answers.add(new Tensor.Floats(output.name(), shape, values));
      }
    }
    return answers;
  }

  @Override
  public void close() {
    model.close();
  }
}

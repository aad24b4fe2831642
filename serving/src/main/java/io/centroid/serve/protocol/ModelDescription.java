package io.centroid.serve.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The metadata of a served model.
 *
 * @param name model name
 * @param version current version
 * @param columns names of a table's feature columns in the order of the input; empty for others
 * @param properties additional metadata, such as labels or the image shape
 */
public record ModelDescription(
    String name,
    String version,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    List<String> columns,
    ObjectNode properties) {
  /** The platform name used by Triton and KServe. */
  public static final String PLATFORM = "onnxruntime_onnx";

  public ModelDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    columns = List.copyOf(columns);
  }

  public Optional<TensorSpec> output(String wanted) {
    return outputs.stream().filter(output -> output.name().equals(wanted)).findFirst();
  }

  /** The protocol's model metadata response. */
  public ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", name);
    node.putArray("versions").add(version);
    node.put("platform", PLATFORM);
    node.set("inputs", json(inputs));
    node.set("outputs", json(outputs));
    node.set("parameters", properties);
    return node;
  }

  private static ArrayNode json(List<TensorSpec> specs) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (TensorSpec spec : specs) {
      ObjectNode node = array.addObject();
      node.put("name", spec.name());
      node.put("datatype", spec.type().name());
      ArrayNode shape = node.putArray("shape");
      spec.shape().forEach(shape::add);
    }
    return array;
  }
}

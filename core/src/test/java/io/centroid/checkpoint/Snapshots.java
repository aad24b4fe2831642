package io.centroid.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.safetensors.TensorSlice;
import java.util.List;
import java.util.Map;

/** Snapshots of a small model with five parameters. */
final class Snapshots {
  private Snapshots() {}

  static Snapshot at(long step) {
    return at(step, Map.of());
  }

  static Snapshot at(long step, Map<String, Double> metrics) {
    ObjectNode model = JsonNodeFactory.instance.objectNode().put("name", "dense");
    ObjectNode data = JsonNodeFactory.instance.objectNode().put("format", "digits");
    ObjectNode training = JsonNodeFactory.instance.objectNode().put("innerStep", step);
    return new Snapshot(
        step,
        step / 10,
        42,
        new Position(step / 100, step % 100),
        "cafe",
        List.of(
            new LayoutTensor("0.W", List.of(2L, 2L), "weight"),
            new LayoutTensor("0.b", List.of(1L), "bias")),
        Map.of("java", "17", "centroid", "0.1.0"),
        metrics,
        model,
        data,
        training);
  }

  /** Parameters of the model, all of them equal to {@code value}. */
  static List<TensorSlice> parameters(float value) {
    float[] vector = {value, value, value, value, value};
    return List.of(
        new TensorSlice("0.W", List.of(2L, 2L), vector, 0),
        new TensorSlice("0.b", List.of(1L), vector, 4));
  }

  static List<TensorSlice> state(float value) {
    return List.of(TensorSlice.whole("outer.velocity", new float[] {value, 2, 3, 4, 5}));
  }
}

package io.centroid.export.graph;

import io.centroid.nn.kernels.MlpFunction;
import io.centroid.onnx.OnnxGraph;
import java.util.List;

/** The activation functions of a transformer's MLP as ONNX nodes. */
final class MlpFunctionNodes {
  private final OnnxGraph graph;

  MlpFunctionNodes(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * Adds a function of x.
   *
   * @param block prefix of the nodes' outputs
   */
  String add(MlpFunction function, String x, String block) {
    return switch (function) {
      case GELU_TANH -> geluTanh(x, block);
      case GELU_ERF -> geluErf(x, block);
      case GELU_SIGMOID ->
          gated(x, times(x, graph.number("steepness", 1.702f), block + "steep"), block);
      case SILU -> gated(x, x, block);
      case RELU -> graph.node("Relu", block + "relu", List.of(x));
      case TANH -> graph.node("Tanh", block + "tanh", List.of(x));
      case SIGMOID -> graph.node("Sigmoid", block + "sigmoid", List.of(x));
      case IDENTITY -> x;
    };
  }

  /** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
  private String geluTanh(String x, String block) {
    String square = times(x, x, block + "square");
    String cube = times(square, x, block + "cube");
    String cubic = times(cube, graph.number("cubic.factor", 0.044715f), block + "cubic");
    String sum = graph.node("Add", block + "inner", List.of(x, cubic));
    String scaled =
        times(sum, graph.number("root", (float) Math.sqrt(2 / Math.PI)), block + "inner.scaled");
    return gelu(x, graph.node("Tanh", block + "tanh", List.of(scaled)), block);
  }

  /** 0.5 x (1 + erf(x / sqrt(2))). */
  private String geluErf(String x, String block) {
    String scaled =
        times(x, graph.number("root.half", (float) Math.sqrt(0.5)), block + "inner.scaled");
    return gelu(x, graph.node("Erf", block + "erf", List.of(scaled)), block);
  }

  private String gelu(String x, String odd, String block) {
    String one = graph.node("Add", block + "gate", List.of(odd, graph.number("one", 1)));
    String half = times(x, graph.number("half", 0.5f), block + "half");
    return times(half, one, block + "gelu");
  }

  private String gated(String x, String inner, String block) {
    return times(x, graph.node("Sigmoid", block + "gate", List.of(inner)), block + "gated");
  }

  private String times(String x, String y, String output) {
    return graph.node("Mul", output, List.of(x, y));
  }
}

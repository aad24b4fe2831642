package io.centroid.export.graph;

import io.centroid.export.WeightType;
import io.centroid.nn.ParameterLayout;
import io.centroid.onnx.Attribute;
import io.centroid.onnx.ElementType;
import io.centroid.onnx.OnnxGraph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds a model's weights to an ONNX graph as constants, and the nodes that multiply by them.
 * Vectors (biases, normalizations) stay float32. Half-precision weights are cast to float32; ONNX
 * Runtime folds the cast when it loads the file. Quantized matrices are unsigned bytes with zero
 * point 128 and one scale per output, since signed bytes saturate on CPUs without VNNI.
 */
public final class GraphWeights {
  /** The zero point of quantized weights. */
  private static final int ZERO_POINT = 128;

  private static final int MAX_QUANTIZED = 127;

  private final OnnxGraph graph;
  private final WeightType type;
  private final float[] parameters;
  private final Map<String, ParameterLayout.Entry> entries = new HashMap<>();
  private final Map<String, String> made = new HashMap<>();

  public GraphWeights(
      OnnxGraph graph, WeightType type, ParameterLayout layout, float[] parameters) {
    this.graph = graph;
    this.type = type;
    this.parameters = parameters;
    layout.entries().forEach(entry -> entries.put(entry.name(), entry));
  }

  private ParameterLayout.Entry entry(String name) {
    ParameterLayout.Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("there is no tensor " + name);
    }
    return entry;
  }

  /** A tensor as float32 in its own shape. */
  String vector(String name) {
    return made.computeIfAbsent(
        name,
        key -> {
          ParameterLayout.Entry entry = entry(key);
          return graph.floats(key, entry.shape(), parameters, entry.offset());
        });
  }

  /** (10^x)^2 of each element of a tensor. */
  String squaredPowerOfTen(String name, String output) {
    ParameterLayout.Entry entry = entry(name);
    float[] values = new float[Math.toIntExact(entry.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.pow(10, 2.0 * parameters[Math.toIntExact(entry.offset()) + i]);
    }
    return graph.floats(output, entry.shape(), values);
  }

  /** A tensor as float32 values, stored in half precision unless the type is FP32. */
  String matrix(String name, List<Long> shape) {
    return made.computeIfAbsent(
        name,
        key -> {
          long from = entry(key).offset();
          if (type == WeightType.FP32) {
            return graph.floats(key, shape, parameters, from);
          }
          String halves = graph.halves(key + ".half", shape, parameters, from);
          return graph.node("Cast", key, List.of(halves), Attribute.of("to", ElementType.FLOAT));
        });
  }

  /**
   * x times the transpose of a weight of shape (outputs, inputs).
   *
   * @param x name of a value of shape (rows, inputs)
   * @param bias name of the bias; empty for none
   */
  String rowsTimesTransposed(
      String x, String weight, int outputs, int inputs, String bias, String output) {
    if (type == WeightType.INT8) {
      return quantized(x, weight, inputs, outputs, true, bias, output);
    }
    String matrix = matrix(weight, List.of((long) outputs, (long) inputs));
    return graph.node(
        "Gemm",
        output,
        bias.isEmpty() ? List.of(x, matrix) : List.of(x, matrix, vector(bias)),
        Attribute.of("transB", 1));
  }

  /** x, of any rank, times a weight of shape (inputs, outputs), plus bias. */
  String times(String x, String weight, int inputs, int outputs, String bias, String output) {
    if (type == WeightType.INT8) {
      return quantized(x, weight, inputs, outputs, false, bias, output);
    }
    String matrix = matrix(weight, List.of((long) inputs, (long) outputs));
    String product = graph.node("MatMul", output + ".product", List.of(x, matrix));
    return graph.node("Add", output, List.of(product, vector(bias)));
  }

  /** The weight of a convolution, shape (outputs, inputs, height, width). */
  String kernel(String name) {
    ParameterLayout.Entry entry = entry(name);
    if (type != WeightType.INT8) {
      return matrix(name, entry.shape());
    }
    int outputs = Math.toIntExact(entry.shape().get(0));
    int each = Math.toIntExact(entry.size() / outputs);
    Quantized quantized = quantize(entry.offset(), outputs, each, each, 1);
    byte[] zeros = new byte[outputs];
    java.util.Arrays.fill(zeros, (byte) ZERO_POINT);
    return graph.node(
        "DequantizeLinear",
        name,
        List.of(
            graph.unsignedBytes(name + ".bytes", entry.shape(), quantized.bytes()),
            graph.floats(name + ".scale", List.of((long) outputs), quantized.scales()),
            graph.unsignedBytes(name + ".zero", List.of((long) outputs), zeros)),
        Attribute.of("axis", 0));
  }

  /** An embedding lookup: the rows of a table of shape (rows, width) at the indices. */
  String lookUp(String table, int rows, int width, String indices, String output) {
    if (type != WeightType.INT8) {
      String matrix = matrix(table, List.of((long) rows, (long) width));
      return graph.node("Gather", output, List.of(matrix, indices));
    }
    quantizeRows(table, rows, width);
    String bytes = graph.node("Gather", output + ".bytes", List.of(table + ".bytes", indices));
    String scale = graph.node("Gather", output + ".scale", List.of(table + ".row-scale", indices));
    String whole =
        graph.node(
            "Cast", output + ".whole", List.of(bytes), Attribute.of("to", ElementType.FLOAT));
    String shifted =
        graph.node("Sub", output + ".shifted", List.of(whole, constant("zero", ZERO_POINT)));
    return graph.node("Mul", output, List.of(shifted, scale));
  }

  /** x times the transpose of the table of {@link #lookUp}: (rows of x, rows of the table). */
  String rowsTimesTable(String x, String table, int rows, int width, String output) {
    if (type != WeightType.INT8) {
      return rowsTimesTransposed(x, table, rows, width, "", output);
    }
    quantizeRows(table, rows, width);
    String transposed =
        graph.node(
            "Transpose",
            table + ".transposed",
            List.of(table + ".bytes"),
            Attribute.list("perm", 1, 0));
    return integerProduct(x, transposed, table + ".scale", "", output);
  }

  private void quantizeRows(String table, int rows, int width) {
    if (graph.has(table + ".bytes")) {
      return;
    }
    Quantized quantized = quantize(entry(table).offset(), rows, width, width, 1);
    graph.unsignedBytes(table + ".bytes", List.of((long) rows, (long) width), quantized.bytes());
    graph.floats(table + ".scale", List.of((long) rows), quantized.scales());
    graph.node(
        "Unsqueeze",
        table + ".row-scale",
        List.of(table + ".scale", graph.integers(table + ".axis", 1)));
  }

  private String quantized(
      String x,
      String weight,
      int inputs,
      int outputs,
      boolean transposed,
      String bias,
      String output) {
    long from = entry(weight).offset();
    Quantized columns =
        transposed
            ? quantize(from, outputs, inputs, inputs, 1).transposed(outputs, inputs)
            : quantize(from, outputs, inputs, 1, outputs).transposed(outputs, inputs);
    graph.unsignedBytes(weight + ".bytes", List.of((long) inputs, (long) outputs), columns.bytes());
    graph.floats(weight + ".scale", List.of((long) outputs), columns.scales());
    return integerProduct(x, weight + ".bytes", weight + ".scale", bias, output);
  }

  private String integerProduct(String x, String bytes, String scale, String bias, String output) {
    String zero = "weights.zero";
    if (!graph.has(zero)) {
      graph.unsignedBytes(zero, List.of(), new byte[] {(byte) ZERO_POINT});
    }
    List<String> quantized =
        graph.nodes(
            "DynamicQuantizeLinear",
            List.of(x),
            List.of(output + ".bytes", output + ".input-scale", output + ".input-zero"));
    String sums =
        graph.node(
            "MatMulInteger",
            output + ".sums",
            List.of(quantized.get(0), bytes, quantized.get(2), zero));
    String whole =
        graph.node("Cast", output + ".whole", List.of(sums), Attribute.of("to", ElementType.FLOAT));
    String both = graph.node("Mul", output + ".scale", List.of(quantized.get(1), scale));
    if (bias.isEmpty()) {
      return graph.node("Mul", output, List.of(whole, both));
    }
    String product = graph.node("Mul", output + ".product", List.of(whole, both));
    return graph.node("Add", output, List.of(product, vector(bias)));
  }

  private String constant(String name, float value) {
    return made.computeIfAbsent("constant " + name, key -> graph.number(name, value));
  }

  /** Row-major quantized bytes and the scale of each row. */
  private record Quantized(byte[] bytes, float[] scales) {
    /** The transpose, shape (width, rows). */
    Quantized transposed(int rows, int width) {
      byte[] transposed = new byte[bytes.length];
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < width; i++) {
          transposed[i * rows + row] = bytes[row * width + i];
        }
      }
      return new Quantized(transposed, scales);
    }
  }

  /** Quantizes rows of {@code width} values; value i of row r is at r * rowStep + i * step. */
  private Quantized quantize(long from, int rows, int width, int rowStep, int step) {
    int base = Math.toIntExact(from);
    byte[] bytes = new byte[Math.multiplyExact(rows, width)];
    float[] scales = new float[rows];
    for (int row = 0; row < rows; row++) {
      float largest = 0;
      for (int i = 0; i < width; i++) {
        largest = Math.max(largest, Math.abs(parameters[base + row * rowStep + i * step]));
      }
      float scale = largest == 0 ? 1 : largest / MAX_QUANTIZED;
      scales[row] = scale;
      for (int i = 0; i < width; i++) {
        int rounded = Math.round(parameters[base + row * rowStep + i * step] / scale);
        bytes[row * width + i] =
            (byte) (ZERO_POINT + Math.max(-MAX_QUANTIZED, Math.min(MAX_QUANTIZED, rounded)));
      }
    }
    return new Quantized(bytes, scales);
  }
}

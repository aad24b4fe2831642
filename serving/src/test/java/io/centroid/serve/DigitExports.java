package io.centroid.serve;

import io.centroid.export.ExportDescription;
import io.centroid.export.ExportFormat;
import io.centroid.export.Task;
import io.centroid.export.WeightType;
import io.centroid.export.verify.Verification;
import io.centroid.io.Sha256;
import io.centroid.io.storage.StoredFile;
import io.centroid.onnx.ElementType;
import io.centroid.onnx.OnnxGraph;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Exports of small networks with 784 pixels and ten classes. For an image of zeros the favorite
 * class has the largest probability, so responses identify the version.
 */
public final class DigitExports {
  public static final int PIXELS = 784;
  public static final int CLASSES = 10;

  /** The last label tests that labels are not interpreted as HTML. */
  private static final List<String> LABELS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "<b>9</b>");

  private DigitExports() {}

  /** One dense layer: pixel {@code i} contributes to class {@code i % 10}. */
  public static Path linear(Path folder, int favorite) {
    float[] weights = new float[PIXELS * CLASSES];
    for (int i = 0; i < PIXELS; i++) {
      weights[i * CLASSES + i % CLASSES] = 0.01f;
    }
    OnnxGraph graph = new OnnxGraph("linear");
    String input = graph.input("input", ElementType.FLOAT, List.of("batch", PIXELS));
    return write(folder, graph, dense(graph, input, "", PIXELS, CLASSES, weights, favorite));
  }

  /** A 784-128-10 network with random weights. */
  public static Path dense(Path folder, int favorite, long seed) {
    Random random = new Random(seed);
    OnnxGraph graph = new OnnxGraph("dense");
    String input = graph.input("input", ElementType.FLOAT, List.of("batch", PIXELS));
    String scale = graph.number("scale", 1 / 255f);
    String scaled = graph.node("Mul", "scaled", List.of(input, scale));
    String hidden =
        graph.node(
            "Relu",
            "hidden",
            List.of(
                dense(
                    graph,
                    scaled,
                    "hidden.",
                    PIXELS,
                    128,
                    randomWeights(random, PIXELS * 128),
                    -1)));
    String logits =
        dense(graph, hidden, "", 128, CLASSES, randomWeights(random, 128 * CLASSES), favorite);
    return write(folder, graph, logits);
  }

  /** Rows by their number, 0 to 2, of which 1 is infinite: ONNX Runtime fails for other numbers. */
  public static Path table(Path folder) {
    OnnxGraph graph = new OnnxGraph("table");
    String number = graph.input("number", ElementType.INT64, List.of("batch"));
    float[] values = new float[3 * CLASSES];
    values[CLASSES] = Float.NEGATIVE_INFINITY;
    String rows = graph.floats("rows", List.of(3L, (long) CLASSES), values);
    return write(folder, graph, graph.node("Gather", "logits", List.of(rows, number)));
  }

  /** A network with four input features. */
  public static Path other(Path folder) {
    OnnxGraph graph = new OnnxGraph("other");
    String input = graph.input("input", ElementType.FLOAT, List.of("batch", 4));
    return write(folder, graph, dense(graph, input, "", 4, CLASSES, new float[4 * CLASSES], 1));
  }

  /** A table of two columns, of which only the first is used: each logit is 10 times its value. */
  public static Path columns(Path folder) {
    OnnxGraph graph = new OnnxGraph("columns");
    String input = graph.input("input", ElementType.FLOAT, List.of("batch", 2));
    float[] weights = new float[2 * CLASSES];
    Arrays.fill(weights, 0, CLASSES, 10);
    graph.metadata("columns", "[\"b\",\"a\"]");
    graph.metadata("target", "digit");
    String logits = dense(graph, input, "", 2, CLASSES, weights, -1);
    return write(folder, graph, logits, List.of("b", "a"));
  }

  private static float[] randomWeights(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.05 * random.nextGaussian());
    }
    return values;
  }

  private static String dense(
      OnnxGraph graph,
      String input,
      String prefix,
      int inputs,
      int outputs,
      float[] weights,
      int favorite) {
    float[] bias = new float[outputs];
    if (favorite >= 0) {
      bias[favorite] = 2;
    }
    String w = graph.floats(prefix + "W", List.of((long) inputs, (long) outputs), weights);
    String b = graph.floats(prefix + "b", List.of((long) outputs), bias);
    return graph.node("Gemm", prefix.isEmpty() ? "logits" : prefix + "z", List.of(input, w, b));
  }

  private static Path write(Path folder, OnnxGraph graph, String logits) {
    return write(folder, graph, logits, null);
  }

  private static Path write(
      Path folder, OnnxGraph graph, String logits, @Nullable List<String> columns) {
    String probabilities = graph.node("Softmax", "probabilities", List.of(logits));
    graph.output(probabilities, ElementType.FLOAT, List.of("batch", CLASSES));
    graph.output(logits, ElementType.FLOAT, List.of("batch", CLASSES));
    graph.metadata(
        "labels",
        LABELS.stream().map(label -> '"' + label + '"').collect(Collectors.joining(",", "[", "]")));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      graph.writeTo(bytes);
      return write(folder, bytes.toByteArray(), columns);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes an export of any bytes and atomically replaces an existing one. */
  public static Path write(Path folder, byte[] onnx) throws IOException {
    return write(folder, onnx, null);
  }

  private static Path write(Path folder, byte[] onnx, @Nullable List<String> columns)
      throws IOException {
    Path made = Files.createTempDirectory(folder.toAbsolutePath().getParent(), ".making");
    Files.write(made.resolve("model.onnx"), onnx);
    ExportDescription export =
        new ExportDescription(
            ExportFormat.ONNX,
            WeightType.FP32,
            false,
            "mlp",
            Task.CLASSIFICATION,
            new ExportDescription.Source("none", "0".repeat(64)),
            List.of(new ExportDescription.Port("input", "float32", List.of("batch", "784"))),
            List.of(
                new ExportDescription.Port("probabilities", "float32", List.of("batch", "10")),
                new ExportDescription.Port("logits", "float32", List.of("batch", "10"))),
            new ExportDescription.Preprocessing(true, List.of(1, 28, 28), List.of(0f), List.of(1f)),
            LABELS,
            columns,
            columns == null ? null : "digit",
            Map.of("model.onnx", new StoredFile(onnx.length, Sha256.of(onnx))),
            new Verification("none", false, 0, 0, 0, 0, null, Map.of(), Map.of()),
            null);
    Files.write(made.resolve("export.json"), export.toJson());
    if (Files.exists(folder)) {
      Path old = Files.createTempDirectory(folder.toAbsolutePath().getParent(), ".old");
      Files.move(folder, old, StandardCopyOption.REPLACE_EXISTING);
    }
    return Files.move(made, folder);
  }
}

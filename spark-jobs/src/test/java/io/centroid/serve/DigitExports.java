package io.centroid.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.Sha256;
import io.centroid.onnx.ElementType;
import io.centroid.onnx.OnnxGraph;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;

/**
 * Exports of small networks of 784 pixels and ten classes. A picture of zeros gives the class that
 * the network was made for the largest probability, so that answers tell which version gave them.
 */
public final class DigitExports {
  public static final int PIXELS = 784;
  public static final int CLASSES = 10;

  private DigitExports() {}

  /** One dense layer: pixel {@code i} speaks for class {@code i % 10}. */
  public static Path linear(Path folder, int favourite) {
    float[] weights = new float[PIXELS * CLASSES];
    for (int i = 0; i < PIXELS; i++) {
      weights[i * CLASSES + i % CLASSES] = 0.01f;
    }
    OnnxGraph graph = new OnnxGraph("linear");
    String input = graph.input("input", ElementType.FLOAT, List.of("batch", PIXELS));
    return write(folder, graph, dense(graph, input, "", PIXELS, CLASSES, weights, favourite));
  }

  /** The networks of the MNIST experiments: 784-128-10, its weights drawn. */
  public static Path dense(Path folder, int favourite, long seed) {
    Random random = new Random(seed);
    OnnxGraph graph = new OnnxGraph("dense");
    String input = graph.input("input", ElementType.FLOAT, List.of("batch", PIXELS));
    String scale = graph.number("scale", 1 / 255f);
    String scaled = graph.node("Mul", "scaled", List.of(input, scale));
    String hidden =
        graph.node(
            "Relu",
            "hidden",
            List.of(dense(graph, scaled, "hidden.", PIXELS, 128, drawn(random, PIXELS * 128), -1)));
    String logits =
        dense(graph, hidden, "", 128, CLASSES, drawn(random, 128 * CLASSES), favourite);
    return write(folder, graph, logits);
  }

  private static float[] drawn(Random random, int count) {
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
      int favourite) {
    float[] bias = new float[outputs];
    if (favourite >= 0) {
      bias[favourite] = 2;
    }
    String w = graph.floats(prefix + "W", List.of((long) inputs, (long) outputs), weights);
    String b = graph.floats(prefix + "b", List.of((long) outputs), bias);
    return graph.node("Gemm", prefix.isEmpty() ? "logits" : prefix + "z", List.of(input, w, b));
  }

  private static Path write(Path folder, OnnxGraph graph, String logits) {
    String probabilities = graph.node("Softmax", "probabilities", List.of(logits));
    graph.output(probabilities, ElementType.FLOAT, List.of("batch", CLASSES));
    graph.output(logits, ElementType.FLOAT, List.of("batch", CLASSES));
    graph.metadata("labels", "[\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"<b>9</b>\"]");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      graph.writeTo(bytes);
      return write(folder, bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An export of any bytes, which takes the place of the one that is there, as a whole. */
  public static Path write(Path folder, byte[] onnx) throws IOException {
    Path made = Files.createTempDirectory(folder.toAbsolutePath().getParent(), ".making");
    Files.write(made.resolve("model.onnx"), onnx);
    ObjectNode record = new ObjectMapper().createObjectNode();
    record
        .putObject("files")
        .putObject("model.onnx")
        .put("bytes", onnx.length)
        .put("sha256", Sha256.of(onnx));
    Files.writeString(made.resolve("export.json"), record.toPrettyString());
    if (Files.exists(folder)) {
      Path old = Files.createTempDirectory(folder.toAbsolutePath().getParent(), ".old");
      Files.move(folder, old, StandardCopyOption.REPLACE_EXISTING);
    }
    return Files.move(made, folder);
  }
}

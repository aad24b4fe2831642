package io.centroid.serve.layout;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.export.ExportDescription;
import io.centroid.export.ExportDescription.Port;
import io.centroid.export.Task;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Triton's model configuration.
 *
 * @see <a
 *     href="https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_configuration.md">model
 *     configuration</a>
 */
final class TritonFiles {
  private static final String LABELS = "labels.txt";

  private TritonFiles() {}

  /** The configuration files of a model's folder. */
  static Map<String, String> of(PackageRequest request, ExportDescription export, String folder) {
    Map<String, String> texts = new TreeMap<>();
    boolean labeled = !export.labels().isEmpty();
    texts.put(folder + "config.pbtxt", configuration(request, export, labeled));
    if (labeled) {
      texts.put(folder + LABELS, labels(export));
    }
    return texts;
  }

  /** One label per line, in the order of the outputs. */
  static String labels(ExportDescription export) {
    for (String label : export.labels()) {
      if (label.lines().count() != 1) {
        throw new InputException("a label must be one line: " + InputErrors.quote(label));
      }
    }
    return export.labels().stream().collect(Collectors.joining("\n", "", "\n"));
  }

  private static String configuration(
      PackageRequest request, ExportDescription export, boolean labeled) {
    // Texts differ in length and have their own caches, so Triton must not batch them.
    boolean batches = export.task() != Task.LANGUAGE;
    StringBuilder text = new StringBuilder();
    text.append("name: \"").append(request.name()).append("\"\n");
    text.append("backend: \"onnxruntime\"\n");
    text.append("max_batch_size: ").append(batches ? request.maxBatch() : 0).append('\n');
    ports(text, "input", export.inputs(), batches, false);
    ports(text, "output", export.outputs(), batches, labeled);
    if (batches) {
      text.append("dynamic_batching {\n  max_queue_delay_microseconds: ")
          .append(request.delayMicros())
          .append("\n}\n");
    }
    text.append("instance_group [\n  { kind: KIND_CPU, count: 1 }\n]\n");
    text.append("version_policy: { latest: { num_versions: 2 } }\n");
    return text.toString();
  }

  private static void ports(
      StringBuilder text, String kind, List<Port> ports, boolean batches, boolean labeled) {
    text.append(kind).append(" [\n");
    text.append(
        ports.stream()
            .map(
                port ->
                    "  {\n    name: \"%s\"\n    data_type: %s\n    dims: [ %s ]\n%s  }"
                        .formatted(
                            port.name(),
                            type(port),
                            dimensions(port, batches),
                            labeled && port.name().equals("probabilities")
                                ? "    label_filename: \"" + LABELS + "\"\n"
                                : ""))
            .collect(Collectors.joining(",\n", "", "\n]\n")));
  }

  private static String type(Port port) {
    return switch (port.type()) {
      case "float32" -> "TYPE_FP32";
      case "int64" -> "TYPE_INT64";
      default ->
          throw new InputException(port.name() + ": unsupported type for Triton: " + port.type());
    };
  }

  /** The dimensions, without the batch dimension if Triton adds it. */
  private static String dimensions(Port port, boolean batches) {
    return port.shape().stream()
        .skip(batches ? 1 : 0)
        .map(size -> size.matches("[0-9]+") ? size : "-1")
        .collect(Collectors.joining(", "));
  }
}

package io.centroid.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import io.centroid.SealedJson;
import io.centroid.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** {@link ExportDescription} as JSON, sealed against changes. */
public final class ExportJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final int MOST_SIZE = 1 << 24;

  private ExportJson() {}

  /** The description as an object with the file's keys but its seal. */
  public static ObjectNode toJson(ExportDescription export) {
    ObjectNode node = JSON.createObjectNode();
    node.put("formatVersion", VERSION);
    node.put("format", export.form().key());
    node.put("weights", export.weights().key());
    node.put("cache", export.cache());
    node.put("architecture", export.architecture());
    node.put("task", export.task().key());
    if (export.form() == ExportForm.ONNX) {
      node.put("opset", OnnxGraph.OPSET);
      node.put("irVersion", OnnxGraph.IR_VERSION);
    }
    ObjectNode source = node.putObject("source");
    source.put("path", export.source().path());
    source.put("parametersSha256", export.source().parametersSha256());
    ports(node.putArray("inputs"), export.inputs());
    ports(node.putArray("outputs"), export.outputs());
    ExportDescription.Preprocessing preprocessing = export.preprocessing();
    ObjectNode before = node.putObject("preprocessing");
    before.put("inside", preprocessing.inside());
    preprocessing.shape().forEach(before.putArray("shape")::add);
    preprocessing.mean().forEach(before.putArray("mean")::add);
    preprocessing.scale().forEach(before.putArray("scale")::add);
    export.labels().forEach(node.putArray("labels")::add);
    ObjectNode files = node.putObject("files");
    export
        .files()
        .forEach(
            (name, file) ->
                files.putObject(name).put("bytes", file.bytes()).put("sha256", file.sha256()));
    node.set("verification", toJson(export.verification()));
    return node;
  }

  private static void ports(ArrayNode array, List<ExportDescription.Port> ports) {
    for (ExportDescription.Port port : ports) {
      ObjectNode node = array.addObject();
      node.put("name", port.name());
      node.put("type", port.type());
      port.shape().forEach(node.putArray("shape")::add);
    }
  }

  private static ObjectNode toJson(Verification verification) {
    ObjectNode node = JSON.createObjectNode();
    node.put("source", verification.source());
    node.put("real", verification.real());
    node.put("examples", verification.examples());
    node.put("values", verification.values());
    node.put("maxDifference", verification.maxDifference());
    node.put("tolerance", verification.tolerance());
    if (!Double.isNaN(verification.agreement())) {
      node.put("agreement", verification.agreement());
    }
    metrics(node.putObject("before"), verification.before());
    metrics(node.putObject("after"), verification.after());
    return node;
  }

  private static void metrics(ObjectNode node, Map<String, Double> metrics) {
    metrics.forEach(node::put);
  }

  static byte[] write(ExportDescription export) {
    return SealedJson.write(toJson(export));
  }

  /**
   * Parses a file.
   *
   * @param file what to call it in messages
   * @throws io.centroid.InputException one line that names the file, the place, what was expected
   *     and found
   */
  public static ExportDescription parse(String file, byte[] content) {
    JsonFields fields = JsonFields.parseShallow(file, content);
    SealedJson.verify(fields, content);
    fields.integer("formatVersion", VERSION, VERSION);
    JsonFields source = fields.fields("source");
    return new ExportDescription(
        choice(fields, "format", ExportForm.values(), ExportForm::key),
        choice(fields, "weights", WeightType.values(), WeightType::key),
        fields.truth("cache"),
        fields.text("architecture"),
        choice(fields, "task", Task.values(), Task::key),
        new ExportDescription.Source(source.text("path"), source.text("parametersSha256", HASH)),
        fields.list("inputs").stream().map(ExportJson::port).toList(),
        fields.list("outputs").stream().map(ExportJson::port).toList(),
        preprocessing(fields.fields("preprocessing")),
        fields.texts("labels"),
        files(fields),
        verification(fields.fields("verification")));
  }

  private static <T> T choice(
      JsonFields fields, String key, T[] values, Function<T, String> spelling) {
    String text = fields.text(key);
    List<String> known = new ArrayList<>();
    for (T value : values) {
      known.add(spelling.apply(value));
      if (spelling.apply(value).equals(text)) {
        return value;
      }
    }
    throw fields.refusal(key, String.join(", ", known));
  }

  private static ExportDescription.Port port(JsonFields fields) {
    return new ExportDescription.Port(
        fields.text("name"), fields.text("type"), fields.texts("shape"));
  }

  private static ExportDescription.Preprocessing preprocessing(JsonFields fields) {
    List<Integer> shape = new ArrayList<>();
    for (long size : fields.integers("shape")) {
      if (size < 1 || size > MOST_SIZE) {
        throw fields.refusal("shape", "sizes from 1 to " + MOST_SIZE);
      }
      shape.add((int) size);
    }
    List<Float> mean = fields.finiteNumbers("mean").stream().map(Double::floatValue).toList();
    List<Float> scale = fields.finiteNumbers("scale").stream().map(Double::floatValue).toList();
    if (mean.size() != scale.size()) {
      throw fields.refusal("scale", mean.size() + " numbers, as many as mean has");
    }
    return new ExportDescription.Preprocessing(fields.truth("inside"), shape, mean, scale);
  }

  private static Map<String, ExportDescription.StoredFile> files(JsonFields fields) {
    return fields.map(
        "files",
        (all, name) -> {
          // It becomes a path.
          if (!FILE_NAME.matcher(name).matches()) {
            throw Rejection.of(all.file(), "files", "plain names of files", Rejection.quote(name));
          }
          JsonFields file = all.fields(name);
          return new ExportDescription.StoredFile(
              file.integer("bytes", 0, Long.MAX_VALUE), file.text("sha256", HASH));
        });
  }

  private static Verification verification(JsonFields fields) {
    return new Verification(
        fields.text("source"),
        fields.truth("real"),
        fields.integer("examples", 0, Long.MAX_VALUE),
        fields.integer("values", 0, Long.MAX_VALUE),
        fields.finite("maxDifference"),
        fields.finite("tolerance"),
        fields.has("agreement") ? fields.finite("agreement") : Double.NaN,
        metrics(fields, "before"),
        metrics(fields, "after"));
  }

  private static Map<String, Double> metrics(JsonFields fields, String key) {
    return new LinkedHashMap<>(fields.map(key, JsonFields::finite));
  }
}

package io.centroid.export;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.export.verify.Verification;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.storage.StoredFile;
import io.centroid.onnx.OnnxGraph;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an export is, as {@code export.json} beside its files holds it.
 *
 * @param architecture mlp, cnn, dl4j or gpt2
 * @param cache of a language model in ONNX: whether it has inputs and outputs for earlier tokens
 * @param inputs of the model as it was written; empty where the reader decides
 * @param labels names of the classes in the order of the outputs; their numbers if they have none
 * @param files by name, this one not among them
 */
@JsonPropertyOrder({
  "format",
  "weights",
  "cache",
  "architecture",
  "task",
  "opset",
  "irVersion",
  "source"
})
@JsonIgnoreProperties(
    value = {"opset", "irVersion"},
    allowGetters = true)
public record ExportDescription(
    @JsonProperty("format") ExportForm form,
    WeightType weights,
    boolean cache,
    String architecture,
    Task task,
    Source source,
    List<Port> inputs,
    List<Port> outputs,
    Preprocessing preprocessing,
    List<String> labels,
    Map<String, StoredFile> files,
    Verification verification) {

  /** The file's name. */
  public static final String FILE = "export.json";

  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_SIZE = 1 << 24;
  private static final ChecksummedJson JSON = new ChecksummedJson("formatVersion", 1);

  /** Files become paths. */
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

  public ExportDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    labels = List.copyOf(labels);
    files = new TreeMap<>(files);
    for (String name : files.keySet()) {
      if (!FILE_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "files: expected plain names of files, found " + InputErrors.quote(name));
      }
    }
  }

  /**
   * Where the model came from.
   *
   * @param path the folder of a checkpoint, or of a model in Hugging Face's format
   * @param parametersSha256 of the float32 little-endian parameter vector
   */
  public record Source(String path, String parametersSha256) {
    public Source {
      Json.requireSha256("parametersSha256", parametersSha256);
    }
  }

  /**
   * An input or output.
   *
   * @param type float32 or int64
   * @param shape sizes, or the names of dynamic ones
   */
  public record Port(String name, String type, List<String> shape) {
    public Port {
      shape = List.copyOf(shape);
    }
  }

  /**
   * What happens to the values of an example before the first layer: (value - mean) * scale.
   *
   * @param inside whether the model does it itself, so that it takes values as they are stored;
   *     else whoever calls it
   * @param shape channels, height and width of an example
   * @param mean one for all values or one for each; empty: texts
   */
  public record Preprocessing(
      boolean inside, List<Integer> shape, List<Float> mean, List<Float> scale) {
    public Preprocessing {
      Json.require(
          shape.stream().allMatch(size -> size >= 1 && size <= MOST_SIZE),
          "shape",
          "sizes from 1 to " + MOST_SIZE);
      Json.require(
          mean.size() == scale.size(), "scale", mean.size() + " numbers, as many as mean has");
      shape = List.copyOf(shape);
      mean = List.copyOf(mean);
      scale = List.copyOf(scale);
    }
  }

  @JsonProperty("opset")
  @Nullable Integer opset() {
    return form == ExportForm.ONNX ? OnnxGraph.OPSET : null;
  }

  @JsonProperty("irVersion")
  @Nullable Integer irVersion() {
    return form == ExportForm.ONNX ? OnnxGraph.IR_VERSION : null;
  }

  /** The file's keys but its checksum. */
  public ObjectNode tree() {
    return JSON.tree(this);
  }

  /** The file. */
  public byte[] toJson() {
    return JSON.write(this);
  }

  /**
   * Parses a file.
   *
   * @param file what to call it in messages
   * @throws InputException one line that names the file, the place, what was expected and found
   */
  public static ExportDescription parse(String file, byte[] content) {
    return JSON.read(file, content, ExportDescription.class);
  }

  /** One of the files; {@link IllegalArgumentException} if there is none of this name. */
  public StoredFile file(String name) {
    StoredFile found = files.get(name);
    if (found == null) {
      throw new IllegalArgumentException("there is no file " + name);
    }
    return found;
  }

  /**
   * Reads the description of the export in a folder; its files are not looked at.
   *
   * @throws InputException if there is none, or it is damaged
   */
  public static ExportDescription read(HadoopFiles files, Path folder) {
    Path file = new Path(folder, FILE);
    return parse(file.toString(), files.read(file, MOST_BYTES));
  }

  /**
   * Compares the files of a folder with what is written here.
   *
   * @throws InputException naming the first that is missing or another
   */
  public void requireFiles(HadoopFiles fileSystem, Path folder) {
    for (Map.Entry<String, StoredFile> file : files.entrySet()) {
      Path path = new Path(folder, file.getKey());
      StoredFile found = fileSystem.hash(path);
      if (!found.equals(file.getValue())) {
        throw InputErrors.of(path.toString(), "file", describe(file.getValue()), describe(found));
      }
    }
  }

  private static String describe(StoredFile file) {
    return file.bytes() + " bytes, SHA-256 " + file.sha256();
  }
}

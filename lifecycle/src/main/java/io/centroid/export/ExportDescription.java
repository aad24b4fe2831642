package io.centroid.export;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.card.ModelCard;
import io.centroid.encryption.Encryption;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.export.verify.Verification;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Json;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import io.centroid.onnx.OnnxGraph;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of an export, stored as {@code export.json} next to its files.
 *
 * @param architecture mlp, cnn, dl4j or gpt2
 * @param cache for a language model in ONNX, true if it has inputs and outputs for the key-value
 *     cache
 * @param inputs inputs of the exported model; empty if the format does not define them
 * @param labels class names in the order of the outputs; class numbers if the classes have no names
 * @param columns names of a table's feature columns in the order of the inputs; null for other
 *     models
 * @param target name of a table's target column; null for other models
 * @param files files by name as they are stored, without {@code export.json}
 * @param encryption how the files but {@link #CARD} are encrypted; null if they are not
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
    ExportFormat format,
    WeightType weights,
    boolean cache,
    String architecture,
    Task task,
    Source source,
    List<Port> inputs,
    List<Port> outputs,
    Preprocessing preprocessing,
    List<String> labels,
    @Nullable List<String> columns,
    @Nullable String target,
    Map<String, StoredFile> files,
    Verification verification,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Encryption encryption) {

  /** The file's name. */
  public static final String FILE = "export.json";

  /** Name of the model card, which is one of the files, and never encrypted. */
  public static final String CARD = ModelCard.FILE;

  /** Largest size of the file in bytes. */
  public static final int MAX_BYTES = 16 << 20;

  private static final int MAX_SIZE = 1 << 24;
  private static final ChecksummedJson JSON = new ChecksummedJson("formatVersion", 1);

  /** File names become paths, so no separators are allowed. */
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

  public ExportDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    labels = List.copyOf(labels);
    columns = columns == null ? null : List.copyOf(columns);
    files = new TreeMap<>(files);
    for (String name : files.keySet()) {
      if (!FILE_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "files: expected plain file names, found " + InputErrors.quote(name));
      }
    }
  }

  /** This description with other forms of the files. */
  ExportDescription with(Map<String, StoredFile> stored, @Nullable Encryption by) {
    return new ExportDescription(
        format,
        weights,
        cache,
        architecture,
        task,
        source,
        inputs,
        outputs,
        preprocessing,
        labels,
        columns,
        target,
        stored,
        verification,
        by);
  }

  /**
   * The origin of the model.
   *
   * @param path folder of a checkpoint or of a model in Hugging Face's format
   * @param parametersSha256 SHA-256 of the float32 little-endian parameter vector
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
   * @param shape sizes of the dimensions; names for dynamic dimensions
   */
  public record Port(String name, String type, List<String> shape) {
    public Port {
      shape = List.copyOf(shape);
    }
  }

  /**
   * The normalization of an example's values before the first layer: (value - mean) * scale.
   *
   * @param inside true if the model normalizes its inputs itself and takes raw values; false if the
   *     caller does
   * @param shape channels, height and width of an example
   * @param mean one mean for all values or one per value; empty for texts
   */
  public record Preprocessing(
      boolean inside, List<Integer> shape, List<Float> mean, List<Float> scale) {
    public Preprocessing {
      Json.require(
          shape.stream().allMatch(size -> size >= 1 && size <= MAX_SIZE),
          "shape",
          "sizes from 1 to " + MAX_SIZE);
      Json.require(
          mean.size() == scale.size(), "scale", mean.size() + " numbers, as many as mean has");
      shape = List.copyOf(shape);
      mean = List.copyOf(mean);
      scale = List.copyOf(scale);
    }
  }

  @JsonProperty("opset")
  @Nullable Integer opset() {
    return format == ExportFormat.ONNX ? OnnxGraph.OPSET : null;
  }

  @JsonProperty("irVersion")
  @Nullable Integer irVersion() {
    return format == ExportFormat.ONNX ? OnnxGraph.IR_VERSION : null;
  }

  /** The description as JSON without its checksum. */
  public ObjectNode tree() {
    return JSON.tree(this);
  }

  /** The description as JSON with its checksum. */
  public byte[] toJson() {
    return JSON.write(this);
  }

  /**
   * Parses the content of {@code export.json}.
   *
   * @param file name of the file in messages
   * @throws InputException if the content is not a valid description
   */
  public static ExportDescription parse(String file, byte[] content) {
    return JSON.read(file, content, ExportDescription.class);
  }

  /** A file by name; throws {@link IllegalArgumentException} if there is none. */
  public StoredFile file(String name) {
    StoredFile found = files.get(name);
    if (found == null) {
      throw new IllegalArgumentException("there is no file " + name);
    }
    return found;
  }

  /**
   * Reads the description of the export in a folder. The files are not verified.
   *
   * @throws InputException if the file is missing or damaged, or if no key signed it that the
   *     configuration trusts
   */
  public static ExportDescription read(HadoopFiles files, Path folder) {
    Path file = new Path(folder, FILE);
    byte[] json = files.read(file, MAX_BYTES);
    try {
      TrustedKeys.configured(files.configuration()).require(Storage.of(files, file), file, json);
    } catch (IOException e) {
      throw HadoopFiles.failure(file, e);
    }
    return parse(file.toString(), json);
  }

  /**
   * Verifies the files of a folder against the lengths and hashes of this description.
   *
   * @throws InputException if a file is missing or differs; the message names it
   */
  public void requireFiles(HadoopFiles fileSystem, Path folder) {
    for (Map.Entry<String, StoredFile> file : files.entrySet()) {
      Path path = HadoopPath.child(folder, file.getKey());
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

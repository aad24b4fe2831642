package io.centroid.huggingface;

import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Json;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * A GPT-2 model directory in Hugging Face's format, on any Hadoop file system. Reading it checks
 * names, types and shapes of all tensors against {@code config.json}; {@link #tensors} and {@link
 * #load} read the weights. F32, F16, BF16 and F64 are read as float32. Immutable and thread-safe; a
 * file that changes between reading and loading is rejected.
 */
public final class ModelDirectory {
  private static final int MOST_JSON_BYTES = 16 << 20;

  private final ModelFiles folder;
  private final Gpt2ConfigJson config;
  private final int classes;
  private final StoredWeights weights;
  private final ParameterLayout layout;
  private final List<TensorLocation> tensors;
  private final GenerationDefaults generation;
  private final Optional<String> generationNote;
  private final Map<String, byte[]> otherFiles;

  private ModelDirectory(ModelFiles folder) throws IOException {
    this.folder = folder;
    OtherFormats.requireNoAdapter(folder);
    String configFile = folder.name(Gpt2ConfigJson.FILE);
    this.config =
        Gpt2ConfigJson.parse(configFile, folder.read(Gpt2ConfigJson.FILE, MOST_JSON_BYTES));
    this.weights = StoredWeights.read(folder);
    boolean classifies = config.isClassifier(weights.find(Gpt2Layout.SCORE).isPresent());
    this.classes = classifies ? config.declaredClasses() : 0;
    if (classifies) {
      config.requireClasses(configFile);
    }
    if (config.config().variant().tied()) {
      weights.tie();
    }
    weights.skip(classifies ? Gpt2Layout.OUTPUT : Gpt2Layout.SCORE);
    this.layout = Gpt2Layout.of(config.config(), classes);
    if (folder.has(GenerationDefaults.FILE)) {
      String file = folder.name(GenerationDefaults.FILE);
      byte[] json = folder.read(GenerationDefaults.FILE, MOST_JSON_BYTES);
      this.otherFiles = Map.of(GenerationDefaults.FILE, json);
      this.generation = GenerationDefaults.parse(file, json);
      this.generationNote = GenerationDefaults.note(file, Json.tree(file, json));
    } else {
      this.otherFiles = Map.of();
      this.generation = GenerationDefaults.of(configFile, config.tree());
      this.generationNote = GenerationDefaults.note(configFile, config.tree());
    }
    this.tensors = new WeightsValidator(folder, weights).require(layout);
  }

  /**
   * Reads the configuration and the headers of the weights.
   *
   * @throws InputException if a file is missing or invalid
   */
  public static ModelDirectory read(HadoopFiles files, Path directory) {
    try {
      return new ModelDirectory(ModelFiles.of(files, directory));
    } catch (IOException e) {
      throw HadoopFiles.failure(directory, e);
    }
  }

  /** Whether a directory has a {@code config.json}; its content is not checked. */
  public static boolean isAt(HadoopFiles files, Path directory) {
    Path config = new Path(directory, Gpt2ConfigJson.FILE);
    try {
      return files.fileSystem(config).exists(config);
    } catch (IOException e) {
      throw HadoopFiles.failure(config, e);
    }
  }

  /**
   * Rejects a directory with an adapter or a model in a format that is not read. Directories with
   * neither, and missing ones, pass.
   *
   * @throws InputException if it has one; the message says how to convert it
   */
  public static void requireNoOtherFormat(HadoopFiles files, Path directory) {
    try {
      if (files.fileSystem(directory).exists(directory)) {
        OtherFormats.requireNone(ModelFiles.of(files, directory));
      }
    } catch (IOException e) {
      throw HadoopFiles.failure(directory, e);
    }
  }

  /** Remarks for the user: what of the weights is not used. */
  public List<String> notes() {
    return weights.skipped().isEmpty()
        ? List.of()
        : List.of(
            weights.name()
                + ": skipped the tensors of other heads: "
                + InputErrors.oneLine(String.join(", ", weights.skipped())));
  }

  public Path path() {
    return folder.path();
  }

  public Gpt2ConfigJson configJson() {
    return config;
  }

  public Gpt2Config config() {
    return config.config();
  }

  /** Number of classes of a text classifier; 0 for a language model. */
  public int classes() {
    return classes;
  }

  /** The layout of the vector of {@link #load}. */
  public ParameterLayout layout() {
    return layout;
  }

  /** The generation defaults from {@code generation_config.json}, else {@code config.json}. */
  public GenerationDefaults generation() {
    return generation;
  }

  /** A remark for the user on generation defaults that are not supported. */
  public Optional<String> generationNote() {
    return generationNote;
  }

  /** The unchanged {@code generation_config.json}, if present, for writing next to the model. */
  public Map<String, byte[]> otherFiles() {
    return Map.copyOf(otherFiles);
  }

  /**
   * The weights by the names of {@link #layout}. F32 tensors in local files are memory-mapped,
   * read-only: such a file may be replaced, as {@link ModelWriter} does, but not truncated. Other
   * tensors are read into memory of the arena.
   */
  public Map<String, FloatVector> tensors(Arena arena) {
    Map<String, FloatVector> found = new LinkedHashMap<>();
    forEachTensor((reader, tensor) -> found.put(tensor.entry().name(), tensor.read(reader, arena)));
    return found;
  }

  /**
   * Reads the weights into a parameter vector, in chunks.
   *
   * @param parameters vector in the order of {@link #layout}
   */
  public void load(FloatVector parameters) {
    if (parameters.size() != layout.parameterCount()) {
      throw new IllegalArgumentException(
          "parameters: expected "
              + layout.parameterCount()
              + " elements, found "
              + parameters.size());
    }
    forEachTensor((reader, tensor) -> tensor.copy(reader, parameters, tensor.entry().offset()));
  }

  private interface Visitor {
    void visit(SafetensorsReader reader, TensorLocation tensor) throws IOException;
  }

  private void forEachTensor(Visitor visitor) {
    tensors.stream()
        .collect(
            Collectors.groupingBy(TensorLocation::file, LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (file, stored) -> {
              try (SafetensorsReader reader = weights.open(file)) {
                for (TensorLocation tensor : stored) {
                  visitor.visit(reader, tensor);
                }
              } catch (IOException e) {
                throw HadoopFiles.failure(HadoopPath.child(folder.path(), file), e);
              }
            });
  }
}

package io.centroid.huggingface;

import io.centroid.InputException;
import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * A GPT-2 as a directory in Hugging Face's format, on any Hadoop file system. Reading it checks
 * names, types and shapes of all tensors against {@code config.json}; weights are read by {@link
 * #tensors} or {@link #load}. F32, F16 and BF16 are read, as float32. Immutable and thread-safe; a
 * file that changes between reading and loading is refused.
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
  private final Map<String, byte[]> otherFiles;

  private ModelDirectory(ModelFiles folder) throws IOException {
    this.folder = folder;
    String configFile = folder.name(Gpt2ConfigJson.FILE);
    this.config =
        Gpt2ConfigJson.parse(configFile, folder.read(Gpt2ConfigJson.FILE, MOST_JSON_BYTES));
    this.weights = StoredWeights.read(folder);
    boolean classifies = config.isClassifier() || weights.find(Gpt2Layout.SCORE).isPresent();
    this.classes = classifies ? config.declaredClasses() : 0;
    this.layout = Gpt2Layout.of(config.config(), classes);
    if (folder.has(GenerationDefaults.FILE)) {
      byte[] json = folder.read(GenerationDefaults.FILE, MOST_JSON_BYTES);
      this.otherFiles = Map.of(GenerationDefaults.FILE, json);
      this.generation = GenerationDefaults.parse(folder.name(GenerationDefaults.FILE), json);
    } else {
      this.otherFiles = Map.of();
      this.generation = GenerationDefaults.of(configFile, config.tree());
    }
    this.tensors = new WeightsValidator(folder, weights).require(layout);
  }

  /**
   * Reads the configuration and the headers of the weights.
   *
   * @throws InputException one line that names the file, the place, what was expected and found
   */
  public static ModelDirectory read(HadoopFiles files, Path directory) {
    try {
      return new ModelDirectory(ModelFiles.of(files, directory));
    } catch (IOException e) {
      throw HadoopFiles.failure(directory, e);
    }
  }

  /** Whether there is a model's configuration in a directory; what it says is not looked at. */
  public static boolean isAt(HadoopFiles files, Path directory) {
    Path config = new Path(directory, Gpt2ConfigJson.FILE);
    try {
      return files.fileSystem(config).exists(config);
    } catch (IOException e) {
      throw HadoopFiles.failure(config, e);
    }
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

  /** Classes of a classifier of texts; 0: a language model. */
  public int classes() {
    return classes;
  }

  /** The layout of {@link #load}'s vector. */
  public ParameterLayout layout() {
    return layout;
  }

  /** As {@code generation_config.json} says, else {@code config.json}. */
  public GenerationDefaults generation() {
    return generation;
  }

  /** {@code generation_config.json} as it is, if there is one, to be written beside the model. */
  public Map<String, byte[]> otherFiles() {
    return Map.copyOf(otherFiles);
  }

  /**
   * The weights by the names of {@link #layout}, each tensor on its own. F32 in a local file is
   * used in place, read-only: such a file must not be cut short meanwhile, while replacing it by
   * another, as {@link ModelWriter} does, is harmless. All else is read into memory of the arena.
   */
  public Map<String, FloatVector> tensors(Arena arena) {
    Map<String, FloatVector> found = new LinkedHashMap<>();
    forEachTensor((reader, tensor) -> found.put(tensor.entry().name(), tensor.read(reader, arena)));
    return found;
  }

  /**
   * Reads the weights into a learner's parameters, a stretch at a time.
   *
   * @param parameters in {@link #layout}, such as those of a learner of the same configuration
   */
  public void load(FloatVector parameters) {
    if (parameters.size() != layout.parameterCount()) {
      throw new IllegalArgumentException(
          "the model has "
              + layout.parameterCount()
              + " parameters, the vector "
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
                throw HadoopFiles.failure(new Path(folder.path(), file), e);
              }
            });
  }
}

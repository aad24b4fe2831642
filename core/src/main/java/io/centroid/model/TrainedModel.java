package io.centroid.model;

import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.csv.TableSchema;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.huggingface.Gpt2ConfigJson;
import io.centroid.huggingface.ModelDirectory;
import io.centroid.io.FileSignature;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.text.TokenizerFiles;
import io.centroid.train.Metric;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A trained model, with everything that evaluation, further training and export need.
 *
 * @param path folder of a checkpoint, or of a model in Hugging Face's format
 * @param layout tensors of the parameter vector, in order
 * @param seed seed of the training run
 * @param workers number of logical workers of the training run, 0 if unknown; losses evaluated in
 *     as many shards are bitwise identical to those in training
 * @param dataKeys {@code data} keys of the run's configuration and their values, which are data and
 *     never configuration source; defaults for a model in Hugging Face's format
 * @param classNames class names in the order of the outputs; empty if classes are numbers
 * @param table what the columns of its table mean; null if it was trained on other data
 * @param tokenizerFiles tokenizer files of a text model, by name
 * @param directory model folder in Hugging Face's format, if it is one; the weights are not read
 *     yet
 * @param reader reads the parameter vector
 */
public record TrainedModel(
    String path,
    NetworkSpec network,
    Normalization normalization,
    List<LayoutTensor> layout,
    long seed,
    int workers,
    Map<String, String> dataKeys,
    List<String> classNames,
    @Nullable TableSchema table,
    Map<String, byte[]> tokenizerFiles,
    Optional<ModelDirectory> directory,
    ParameterReader reader) {

  public static final String LABELS = "data.texts.labels";

  /** Reads the parameter vector and verifies what it reads. */
  public interface ParameterReader {
    float[] read() throws IOException;
  }

  /**
   * Opens a checkpoint, the newest or best checkpoint of a run, or a model in Hugging Face's
   * format. Parameters are verified when they are read; the training state is never read.
   *
   * @param best whether to open the checkpoint of a run with the best validation metric, not the
   *     newest
   * @param engines available engines
   * @throws InputException if there is no intact model, or if no engine supports it
   */
  public static TrainedModel load(HadoopFiles files, String location, boolean best, Engines engines)
      throws IOException {
    Path path = files.path(location);
    requireFolder(files, path);
    Configuration configuration = files.configuration();
    if (CheckpointStore.isCheckpoint(path, configuration)) {
      return of(CheckpointStore.openUnverified(path, configuration), engines);
    }
    if (!ModelDirectory.isAt(files, path)) {
      return of(ofRun(files, path, best), engines);
    }
    if (TrustedKeys.configured(configuration).isRequired()) {
      throw new InputException(
          path
              + ": the signature of a model in Hugging Face's format is not verified when it is read;"
              + " verify that of an export with centroid key verify, and read it without"
              + " signature.trusted (--trusted)");
    }
    return of(ModelDirectory.read(files, path), files, engines);
  }

  /** Remarks for the user on what the model's files hold in addition to the model. */
  public List<String> notes() {
    return directory.map(ModelDirectory::notes).orElse(List.of());
  }

  /** Rejects a single file with a message that names its format. */
  private static void requireFolder(HadoopFiles files, Path path) throws IOException {
    if (!isFile(files, path)) {
      return;
    }
    byte[] head;
    try (InputStream in = files.open(path)) {
      head = in.readNBytes(FileSignature.HEAD_BYTES);
    }
    throw InputErrors.of(
        path.toString(),
        "model",
        "a checkpoint's, a run's or a model's folder",
        FileSignature.isZip(head)
            ? "a zip (to train a network that DL4J zipped: model.name = dl4j, model.file ="
                + " \"\", model.init-from = the .zip, model.allow-dl4j-zip = true; PyTorch's .pt"
                + " and .bin files are pickles and are never read)"
            : FileSignature.of(head).orElse("a file"));
  }

  private static boolean isFile(HadoopFiles files, Path path) throws IOException {
    try {
      return files.fileSystem(path).getFileStatus(path).isFile();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private static TrainedModel of(ModelDirectory model, HadoopFiles files, Engines engines) {
    Gpt2Config config = model.config();
    Architecture architecture =
        new Architecture.Gpt2(config, model.classes() > 0, Gpt2Execution.DEFAULT);
    return new TrainedModel(
        model.path().toString(),
        new NetworkSpec(
            architecture,
            InputShape.row(config.positions()),
            model.classes() > 0 ? model.classes() : config.vocabulary(),
            Loss.CROSS_ENTROPY,
            0,
            engines.engine(architecture)),
        Normalization.NONE,
        model.layout().entries().stream()
            .map(
                entry ->
                    new LayoutTensor(
                        entry.name(), entry.shape(), entry.role().name().toLowerCase(Locale.ROOT)))
            .toList(),
        0,
        0,
        defaultDataKeys(model),
        classNames(model),
        null,
        TokenizerFiles.present(files, model.path())
            ? TokenizerFiles.read(files, model.path()).files()
            : Map.of(),
        Optional.of(model),
        () -> parameters(model));
  }

  private static List<String> classNames(ModelDirectory model) {
    List<String> labels = model.classes() > 0 ? model.configJson().labels() : List.of();
    return labels.equals(Gpt2ConfigJson.unnamed(labels.size())) ? List.of() : labels;
  }

  /** Default data keys of a model whose training data is unknown. */
  private static Map<String, String> defaultDataKeys(ModelDirectory model) {
    Map<String, String> keys = new TreeMap<>();
    keys.put("data.block", Integer.toString(model.config().positions()));
    keys.put("data.format", model.classes() > 0 ? "texts" : "tokens");
    if (model.classes() > 0) {
      List<String> names = classNames(model);
      keys.put(LABELS, Json.line(names.isEmpty() ? numbers(model.classes()) : names));
    }
    return keys;
  }

  private static List<String> numbers(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  private static float[] parameters(ModelDirectory model) {
    try (FloatVector vector = FloatVector.allocate(model.layout().parameterCount())) {
      model.load(vector);
      float[] parameters = new float[Math.toIntExact(vector.size())];
      vector.store(parameters);
      return parameters;
    }
  }

  private static TrainedModel of(StoredCheckpoint checkpoint, Engines engines) throws IOException {
    checkpoint.requireTrusted();
    Manifest manifest = checkpoint.manifest();
    String file = new Path(checkpoint.path(), Manifest.FILE).toString();
    DataJson data = DataJson.read(checkpoint.path(), manifest);
    NetworkSpec network = ModelJson.read(file, manifest.model(), engines);
    return new TrainedModel(
        checkpoint.path().toString(),
        network,
        data.normalization().normalization(),
        manifest.layout(),
        manifest.snapshot().seed(),
        TrainingJson.read(checkpoint.path(), manifest).workers(),
        data.configuration(),
        classNames(file, network, data),
        data.table(),
        checkpoint.attachments(),
        Optional.empty(),
        checkpoint::parameters);
  }

  private static List<String> classNames(String file, NetworkSpec network, DataJson data) {
    TableSchema table = data.table();
    if (table != null) {
      return requireNames(file, "key data.table.classes", network.classes(), table.classes());
    }
    String names = data.configuration().getOrDefault(LABELS, "");
    boolean classifies =
        network.architecture() instanceof Architecture.Gpt2 gpt2 && gpt2.classifies();
    return !classifies || names.isEmpty()
        ? List.of()
        : requireNames(file, LABELS, network.outputs(), ModelJson.readNames(file, names));
  }

  private static List<String> requireNames(
      String file, String key, int classes, List<String> names) {
    if (!names.isEmpty() && names.size() != classes) {
      throw InputErrors.of(file, key, classes + " names", String.valueOf(names.size()));
    }
    return names;
  }

  /** Reads the parameter vector, in the order of the layout. */
  public float[] parameters() throws IOException {
    return reader.read();
  }

  private static StoredCheckpoint ofRun(HadoopFiles files, Path path, boolean best)
      throws IOException {
    CheckpointStore store =
        CheckpointStore.of(path, files.configuration(), CheckpointListener.LOGGED);
    var found = best ? best(store) : store.newestModel();
    if (found.isEmpty()) {
      ModelDirectory.requireNoOtherFormat(files, path);
    }
    return found.orElseThrow(
        () ->
            new InputException(
                path
                    + (best
                        ? ": no checkpoint with a validation metric; expected a run with a"
                            + " validation set"
                        : ": no checkpoint; expected a run's folder or a checkpoint's")));
  }

  /** The best checkpoint by the run's validation metric. */
  private static Optional<StoredCheckpoint> best(CheckpointStore store) throws IOException {
    List<StoredCheckpoint> stored = store.listUnverified();
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    StoredCheckpoint newest = stored.get(stored.size() - 1);
    String name = TrainingJson.read(newest.path(), newest.manifest()).stopping().metric();
    for (Metric metric : Metric.values()) {
      if (metric.key().equals(name)) {
        return store.best("validation." + metric.key(), metric.higherIsBetter());
      }
    }
    return Optional.empty();
  }

  /** Checks that the model's tensors match the layout. */
  public void requireLayout(ParameterLayout expectedLayout) {
    for (int i = 0; i < Math.max(layout.size(), expectedLayout.entries().size()); i++) {
      String found =
          i < layout.size() ? layout.get(i).name() + " " + layout.get(i).shape() : "nothing";
      String expected =
          i < expectedLayout.entries().size()
              ? expectedLayout.entries().get(i).name()
                  + " "
                  + expectedLayout.entries().get(i).shape()
              : "nothing";
      if (!found.equals(expected)) {
        throw new InputException(
            path + ": tensor " + i + " is " + found + ", expected " + expected);
      }
    }
  }
}

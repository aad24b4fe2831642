package io.centroid;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Manifest;
import io.centroid.config.RunConfig;
import io.centroid.data.Examples;
import io.centroid.data.SourceSchema;
import io.centroid.encryption.ManifestSigner;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.generate.decoder.CpuDecoding;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.TemporaryFolder;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import io.centroid.model.LanguageModel;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.DataConfiguration;
import io.centroid.run.data.ModelData;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.RoundLimit;
import io.centroid.train.worker.EvaluationSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A trained model from {@link Trainer#train}, a checkpoint, or a directory in Hugging Face's
 * format. Not thread-safe. Closing it frees its off-heap memory.
 */
public final class Model implements AutoCloseable {
  /** Maximum number of draft tokens of prompt lookup decoding per pass. */
  private static final int DRAFT_TOKENS = 4;

  private final TrainedModel trained;
  private final Cluster cluster;
  private final @Nullable RunResult result;
  private final @Nullable TemporaryFolder temporary;
  private @Nullable ExamplePredictor predictor;
  private @Nullable LanguageModel language;
  private @Nullable TextTokenizer tokenizer;
  private boolean closed;

  Model(
      TrainedModel trained,
      Cluster cluster,
      @Nullable RunResult result,
      @Nullable TemporaryFolder temporary) {
    this.trained = trained;
    this.cluster = cluster;
    this.result = result;
    this.temporary = temporary;
  }

  /**
   * Opens a model on the threads of this JVM.
   *
   * @param location directory of a run (its newest checkpoint), of a checkpoint, or of a model in
   *     Hugging Face's format: any Hadoop URI or local path
   * @param engines additional engines, such as DL4J's, preferred to the built-in one
   * @throws InputException if there is no intact model, or if no engine supports it
   * @throws IOException if a file system fails
   */
  public static Model load(String location, LearnerFactory... engines) throws IOException {
    return load(location, Cluster.threads(), engines);
  }

  /**
   * Opens a model.
   *
   * @param location directory of a run (its newest checkpoint), of a checkpoint, or of a model in
   *     Hugging Face's format: any Hadoop URI or local path
   * @param cluster cluster on which data sets are evaluated and predicted
   * @param engines additional engines, such as DL4J's, preferred to the built-in one
   * @throws InputException if there is no intact model, or if no engine supports it
   * @throws IOException if a file system fails
   */
  public static Model load(String location, Cluster cluster, LearnerFactory... engines)
      throws IOException {
    return load(location, cluster, false, engines);
  }

  /**
   * Opens the checkpoint of a run that has the best validation metric.
   *
   * @param run directory of the run: any Hadoop URI or local path
   * @param cluster cluster on which data sets are evaluated and predicted
   * @param engines additional engines, such as DL4J's, preferred to the built-in one
   * @throws InputException if there is no intact checkpoint with a validation metric
   * @throws IOException if a file system fails
   */
  public static Model loadBest(String run, Cluster cluster, LearnerFactory... engines)
      throws IOException {
    return load(run, cluster, true, engines);
  }

  private static Model load(
      String location, Cluster cluster, boolean best, LearnerFactory... engines)
      throws IOException {
    List<LearnerFactory> all = new ArrayList<>(Arrays.asList(engines));
    all.addAll(Engines.CPU.available());
    Engines available = Engines.of(all.toArray(LearnerFactory[]::new));
    return new Model(
        TrainedModel.load(cluster.files(), location, best, available), cluster, null, null);
  }

  /** Directory of the checkpoint, or of the model in Hugging Face's format. */
  public String path() {
    return trained.path();
  }

  /** The result of the training; empty if the model was loaded. */
  public Optional<RunResult> result() {
    return Optional.ofNullable(result);
  }

  /**
   * Predicts one example.
   *
   * @param features values as the data set has them, before normalization
   * @throws InputException if their number is not the model's number of inputs
   */
  public Prediction predict(float... features) throws IOException {
    return predict(new float[][] {features}).get(0);
  }

  /**
   * Predicts examples in this JVM.
   *
   * @param rows values of each example as the data set has them, before normalization
   * @return one prediction per row, in order
   * @throws InputException if a row's length is not the model's number of inputs
   */
  public List<Prediction> predict(float[][] rows) throws IOException {
    requireKind(
        !readsText(), "it reads text: use predict(String), or generate of a language model");
    int width = trained.network().input().size();
    Examples.Builder examples =
        new Examples.Builder(trained.network().input(), SourceSchema.FeatureKind.NUMBERS);
    for (float[] row : rows) {
      if (row.length != width) {
        throw new InputException(
            "an example has " + row.length + " values, the model takes " + width);
      }
      for (float value : row) {
        if (!Float.isFinite(value)) {
          throw new InputException(
              "an example has the value " + value + ": expected finite values");
        }
      }
      examples.addRow(row, Float.NaN);
    }
    return predictor().predict(examples.build());
  }

  /**
   * Predicts the class of a text.
   *
   * @throws InputException if the model does not classify texts
   */
  public Prediction predict(String text) throws IOException {
    requireKind(
        trained.network().architecture() instanceof Architecture.Gpt2 gpt2 && gpt2.classifies(),
        "it does not classify texts; a language model generates");
    int block = trained.network().input().size();
    int[] ids = tokenizer().tokenizer().encodeOrdinary(text);
    Examples.Builder examples =
        new Examples.Builder(trained.network().input(), SourceSchema.FeatureKind.TOKENS);
    examples.addText(ids, Math.min(ids.length, block), Float.NaN);
    return predictor().predict(examples.build()).get(0);
  }

  /**
   * Predicts a whole data set on the model's cluster: its test part, or a CSV file or data in
   * memory as a whole.
   *
   * @return one value per example in the order of the data: the class number, or the number of a
   *     regression
   * @throws InputException if the data cannot be read or does not fit the model
   */
  public Predictions predict(Dataset data) throws IOException {
    requireOpen();
    return ModelData.toPredict(trained, configuration(data), cluster.files())
        .predict(
            shards -> cluster.shard(shards, 0, RoundLimit.NONE), cluster.parallelism(), note -> {});
  }

  /**
   * Evaluates the model on a data set: the validation part of a corpus, the test part of other
   * data, or all of it if it has no test part.
   *
   * @throws InputException if the data cannot be read or does not fit the model
   */
  public Evaluation evaluate(Dataset data) throws IOException {
    RunConfig config = configuration(data);
    ModelData measured = ModelData.toEvaluate(trained, config, cluster.files(), true);
    EvaluationSet part = measured.defaultSet();
    if (part == EvaluationSet.TEST && !measured.sources().hasTest()) {
      part = EvaluationSet.TRAIN;
      config = configuration(data.validationSplit(0));
      measured = new ModelData(trained, config, measured.sources());
    }
    return evaluate(measured, part);
  }

  /**
   * Evaluates the model on a part of the data that it was trained on. Of a loaded model only the
   * built-in digits are: other data that a model's files name is not opened, so call {@link
   * #evaluate(Dataset)}.
   *
   * @throws InputException if the data does not exist anymore, or has no such part; if the model
   *     was loaded, and its data is in files
   */
  public Evaluation evaluate(EvaluationSet part) throws IOException {
    RunConfig config =
        DataConfiguration.of(trained, result().isPresent() ? DataChoice.RECORDED : DataChoice.NONE);
    return evaluate(ModelData.toEvaluate(trained, config, cluster.files(), false), part);
  }

  private Evaluation evaluate(ModelData data, EvaluationSet part) throws IOException {
    requireOpen();
    return data.evaluate(
        part,
        shards -> cluster.shard(shards, 0, RoundLimit.NONE),
        cluster::parallelism,
        note -> {});
  }

  /**
   * Generates text.
   *
   * @param prompt text to continue; empty to start from the end-of-text token
   * @return the prompt and its continuation
   * @throws InputException if the model is not a language model, or has no tokenizer
   */
  public String generate(String prompt, GenerationOptions options) throws IOException {
    LanguageModel opened = language();
    StopCriteria stop = options.stopCriteria(opened.defaults(), opened.config().vocabulary());
    try (Generator generator =
        new Generator(opened.config(), opened.weights(), opened.tokenizer(), DRAFT_TOKENS)) {
      Generation generation =
          generator
              .generate(
                  List.of(opened.tokenizer().encode(prompt)),
                  options.sampling(opened.defaults()),
                  stop,
                  TokenListener.NONE)
              .get(0);
      return opened.tokenizer().decode(generation.ids());
    }
  }

  /**
   * Generates text as the model's {@code generation_config.json} says.
   *
   * @param prompt text to continue
   * @return the prompt and its continuation
   */
  public String generate(String prompt) throws IOException {
    return generate(prompt, GenerationOptions.DEFAULTS);
  }

  /** Where the model comes from; empty for a model in Hugging Face's format. */
  public Optional<Provenance> provenance() throws IOException {
    requireOpen();
    if (trained.directory().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        Provenance.read(HadoopPath.parse(trained.path()), cluster.files().configuration()));
  }

  /**
   * Copies the checkpoint into a new directory, published atomically; {@link #load} and every
   * command read it.
   *
   * @param location directory to create: any Hadoop URI or local path
   * @throws InputException if it exists, or if the model is in Hugging Face's format
   * @throws IOException if a file system fails
   */
  public void save(String location) throws IOException {
    requireOpen();
    if (trained.directory().isPresent()) {
      throw new InputException(
          path() + " is a model in Hugging Face's format, not a checkpoint: copy its directory");
    }
    HadoopFiles files = cluster.files();
    Path from = HadoopPath.parse(trained.path());
    Manifest manifest = CheckpointStore.openUnverified(from, files.configuration()).manifest();
    Storage source = Storage.of(files, from);
    AtomicDirectory.of(files, files.path(location), false, Manifest.FILE)
        .write(
            false,
            draft -> {
              for (String name : manifest.files().keySet()) {
                try (InputStream in = source.stream(HadoopPath.child(from, name))) {
                  requireSame(name, manifest.file(name), draft.write(name, in::transferTo));
                }
              }
              Path signature = ManifestSigner.signatureFile(new Path(from, Manifest.FILE));
              if (source.exists(signature)) {
                draft.write(signature.getName(), source.read(signature, Manifest.MOST_BYTES));
              }
              draft.write(
                  Manifest.FILE, source.read(new Path(from, Manifest.FILE), Manifest.MOST_BYTES));
            });
  }

  private void requireSame(String name, StoredFile expected, StoredFile copied) {
    if (!copied.equals(expected)) {
      throw InputErrors.of(
          path() + "/" + name,
          "SHA-256",
          expected.sha256(),
          copied.sha256() + " when it was copied");
    }
  }

  /** Frees the off-heap memory, and deletes the run if its directory is temporary. */
  @Override
  public void close() {
    closed = true;
    try {
      if (predictor != null) {
        predictor.close();
      }
    } finally {
      try {
        if (language != null) {
          language.close();
        }
      } finally {
        if (temporary != null) {
          temporary.close();
        }
      }
    }
    predictor = null;
    language = null;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
  }

  private RunConfig configuration(Dataset data) {
    return DataConfiguration.of(trained, data.settings(), data.source());
  }

  private boolean readsText() {
    return trained.network().architecture() instanceof Architecture.Gpt2;
  }

  private void requireKind(boolean holds, String otherwise) {
    if (!holds) {
      throw new InputException(path() + ": " + otherwise);
    }
  }

  private ExamplePredictor predictor() throws IOException {
    requireOpen();
    ExamplePredictor made = predictor;
    if (made == null) {
      made = ExamplePredictor.of(trained);
      predictor = made;
    }
    return made;
  }

  private TextTokenizer tokenizer() {
    TextTokenizer made = tokenizer;
    if (made == null) {
      made = TextTokenizer.of(trained);
      tokenizer = made;
    }
    return made;
  }

  private LanguageModel language() throws IOException {
    requireOpen();
    LanguageModel made = language;
    if (made == null) {
      made =
          LanguageModel.open(
              cluster.files(),
              new LanguageModel.Location(trained.path(), false, null),
              new CpuDecoding(
                  WeightFormat.FLOAT32,
                  cluster.isLocal()
                      ? cluster.parallelism()
                      : Runtime.getRuntime().availableProcessors()),
              note -> {});
      language = made;
    }
    return made;
  }
}

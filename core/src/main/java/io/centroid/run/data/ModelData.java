package io.centroid.run.data;

import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.InputShape;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Data on which a trained model is evaluated, or that it predicts.
 *
 * @param model trained model
 * @param config configuration of the data
 * @param sources data sources
 */
public record ModelData(TrainedModel model, RunConfig config, DataSources sources) {
  /**
   * Data to evaluate a model on.
   *
   * @param alone whether a single file of a table or of labeled texts is test data
   */
  public static ModelData toEvaluate(
      TrainedModel model, RunConfig config, HadoopFiles files, boolean alone) {
    RunConfig.Data data = config.data();
    Loss loss = config.model().loss();
    return new ModelData(
        model,
        config,
        switch (data.format()) {
          case TEXTS -> {
            TextTokenizer tokenizer = TextTokenizer.of(model);
            yield isTestOnly(data, files, alone)
                ? DataSources.testTexts(data, files, tokenizer, true)
                : DataSources.of(data, loss, files, tokenizer);
          }
          case CSV ->
              isTestOnly(data, files, alone)
                  ? DataSources.testTable(data, loss, files, true)
                  : DataSources.of(data, loss, files);
          case DIGITS, IDX, TOKENS, PROGRAM -> DataSources.of(data, loss, files);
        });
  }

  private static boolean isTestOnly(RunConfig.Data data, HadoopFiles files, boolean alone) {
    return alone && data.parts().isEmpty() && !files.status(files.path(data.path())).isDirectory();
  }

  /**
   * Data to predict: the test part, without reading labels; of a program's examples without a test
   * part all of them.
   *
   * @throws InputException if there is no test part
   */
  public static ModelData toPredict(TrainedModel model, RunConfig config, HadoopFiles files) {
    RunConfig.Data data = config.data();
    return new ModelData(
        model,
        config,
        switch (data.format()) {
          case TEXTS -> DataSources.testTexts(data, files, TextTokenizer.of(model), false);
          case CSV -> DataSources.testTable(data, config.model().loss(), files, false);
          case DIGITS, IDX, TOKENS -> tested(data, config, files);
          case PROGRAM -> DataSources.of(data, config.model().loss(), files);
        });
  }

  private static DataSources tested(RunConfig.Data data, RunConfig config, HadoopFiles files) {
    DataSources sources = DataSources.of(data, config.model().loss(), files);
    if (!sources.hasTest()) {
      throw new InputException(data.path() + ": found no test files to predict");
    }
    return sources;
  }

  /** The class names; empty if classes are numbers. */
  public List<String> classNames() {
    return sources.classNames().isEmpty() ? model.classNames() : sources.classNames();
  }

  /** The part that is evaluated by default: validation of a corpus, test of other data. */
  public EvaluationSet defaultSet() {
    return config.data().format() == RunConfig.Data.Format.TOKENS
        ? EvaluationSet.VALIDATION
        : EvaluationSet.TEST;
  }

  /**
   * Evaluates the model.
   *
   * @param cluster splits data into shards
   * @param parallelism gives the number of shards if the model does not record that of its training
   * @param notes receives remarks in one line each
   * @throws InputException if the part has no examples, or they do not fit the model
   */
  public Evaluation evaluate(
      EvaluationSet part,
      Function<ShardSpec, ShardedData> cluster,
      IntSupplier parallelism,
      Consumer<String> notes)
      throws IOException {
    requirePart(part);
    requireFit(model, sources, part.split());
    sources.requireTargets(part.split());
    sources.notes().forEach(notes);
    Evaluation evaluation = measure(part, cluster, parallelism, notes);
    if (evaluation.examples() == 0) {
      throw new InputException(
          place()
              + ": found no "
              + part.name().toLowerCase(Locale.ROOT)
              + " examples; choose another --part");
    }
    return evaluation;
  }

  /** Evaluates a part that may have no examples. */
  Evaluation measure(
      EvaluationSet part,
      Function<ShardSpec, ShardedData> cluster,
      IntSupplier parallelism,
      Consumer<String> notes)
      throws IOException {
    double validationSplit = part == EvaluationSet.TEST ? 0 : config.data().validationSplit();
    int workers = model.workers() > 0 ? model.workers() : parallelism.getAsInt();
    ShardSpec shards = new ShardSpec(sources.source(), model.seed(), validationSplit, workers);
    try (ShardedData data = cluster.apply(shards)) {
      DataSummary summary = data.survey(part.split());
      requireKnownClasses(summary);
      long missing = Arrays.stream(summary.missing()).sum();
      if (sources.table() != null && missing > 0) {
        notes.accept(
            String.format(
                Locale.ROOT,
                "%,d missing values are replaced by their means in training",
                missing));
      }
      summary.texts().notes(summary.shape().size()).forEach(notes);
      return data.evaluate(scoring(), part, model.parameters());
    }
  }

  /**
   * Checks that there is a part.
   *
   * @throws InputException if it is a test part without labeled examples
   */
  void requirePart(EvaluationSet part) {
    if (part == EvaluationSet.TEST && !sources.hasTest()) {
      throw new InputException(
          place() + ": found no labeled test examples; choose --part validation or train");
    }
  }

  /**
   * Predicts every test example, in the order of the source.
   *
   * @param cluster splits data into shards
   * @param parallelism number of shards
   * @param notes receives remarks on the data in one line each
   * @throws InputException if the examples do not fit the model
   */
  public Predictions predict(
      Function<ShardSpec, ShardedData> cluster, int parallelism, Consumer<String> notes)
      throws IOException {
    Split split = sources.hasTest() ? Split.TEST : Split.TRAIN;
    requireFit(model, sources, split);
    ShardSpec shards = new ShardSpec(sources.source(), model.seed(), 0, parallelism);
    try (ShardedData data = cluster.apply(shards)) {
      Predictions predictions = data.predict(scoring(), split, model.parameters());
      predictions.texts().notes(config.data().block()).forEach(notes);
      return predictions;
    }
  }

  private Scoring scoring() {
    return new Scoring(model.network(), model.normalization());
  }

  private String place() {
    return config.data().path().isEmpty() ? "data" : config.data().path();
  }

  private void requireKnownClasses(DataSummary summary) {
    int classes = model.network().classes();
    if (classes > 0 && summary.classes() > classes) {
      throw new InputException(
          "data: found label "
              + (summary.classes() - 1)
              + ", expected 0.."
              + (classes - 1)
              + ", the classes of the model");
    }
  }

  /** Checks that the examples fit the model's input. */
  public static void requireFit(TrainedModel model, DataSources sources, Split split) {
    InputShape found = sources.source().schema(split).shape();
    if (model.network().architecture() instanceof Architecture.Gpt2 gpt2) {
      if (found.size() > gpt2.config().positions()) {
        throw new InputException(
            "data.block must be at most the model's positions, "
                + gpt2.config().positions()
                + ": "
                + found.size());
      }
      Vocabulary vocabulary = sources.vocabulary();
      if (vocabulary != null) {
        vocabulary.requireKnownTo(model.path(), model.tokenizerFiles(), gpt2.config());
      }
      return;
    }
    if (found.size() != model.network().input().size()) {
      throw new InputException(
          "data: an example is "
              + found
              + ", expected "
              + model.network().input()
              + " as the model takes");
    }
  }
}

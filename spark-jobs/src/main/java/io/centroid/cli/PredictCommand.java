package io.centroid.cli;

import io.centroid.ExitCode;
import io.centroid.cli.report.PredictionColumns;
import io.centroid.config.RunConfig;
import io.centroid.data.Split;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.DataSources;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code predict} command: writes predictions for the test examples to a CSV file. */
@Command(
    name = "predict",
    description = {
      "Predict all test examples and write a CSV file in the order of the examples.",
      "Columns: ImageId,Label for classification (the format of Kaggle's Digit Recognizer),"
          + " Record,Label for text classification, Id,Prediction for regression."
    },
    footer = {"", "Example:", "  ./centroid predict runs/digits-2e9e9048 --out submission.csv"},
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ModelOptions options;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "submission.csv",
      description = "Output file, any Hadoop URI (default: ${DEFAULT-VALUE}).")
  private String out;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Session session = Session.open(options.engine())) {
      HadoopFiles files = session.files();
      TrainedModel model = options.load(files);
      DataSources sources = sources(files, model, options.dataConfiguration(files, model));
      ModelOptions.requireFit(model, sources, Split.TEST);
      ShardSpec shards = new ShardSpec(sources.source(), model.seed(), 0, session.parallelism());
      try (ShardedData data = session.shardedData(shards)) {
        Predictions predictions =
            data.predict(
                new Scoring(model.network(), model.normalization()),
                Split.TEST,
                model.parameters());
        Path written =
            new SubmissionFile(files, files.path(out)).write(predictions, columns(model, sources));
        report(model, predictions.values().length, written);
      }
    }
    return ExitCode.DONE;
  }

  private static PredictionColumns columns(TrainedModel model, DataSources sources) {
    if (!sources.classNames().isEmpty()) {
      return PredictionColumns.named(sources.classNames());
    }
    return model.network().loss().classifies()
        ? PredictionColumns.CLASSES
        : PredictionColumns.NUMBERS;
  }

  private DataSources sources(HadoopFiles files, TrainedModel model, RunConfig config) {
    String named = options.data();
    if (config.data().format() == RunConfig.Data.Format.TEXTS) {
      return DataSources.testTexts(config.data(), files, TextTokenizer.of(model), false);
    }
    if (config.data().format() == RunConfig.Data.Format.CSV) {
      Path path = files.path(config.data().path());
      boolean folder = files.status(path).isDirectory();
      String name = config.data().testFile().isEmpty() ? "test.csv" : config.data().testFile();
      String file = folder ? new Path(path, name).toString() : config.data().path();
      return DataSources.testFile(config.data(), config.model().loss(), files, file);
    }
    DataSources sources = DataSources.of(config.data(), config.model().loss(), files);
    if (!sources.hasTest()) {
      throw new io.centroid.InputException(
          (named == null ? config.data().path() : named) + ": found no test files to predict");
    }
    return sources;
  }

  /** Output of {@code --json}. */
  private record Output(String checkpoint, int examples, String out) {}

  private void report(TrainedModel model, int count, Path written) {
    if (json) {
      Output output = new Output(model.path(), count, written.toString());
      spec.commandLine().getOut().println(Json.line(output));
      return;
    }
    spec.commandLine().getOut().printf("%,d predictions written to %s%n", count, written);
  }
}

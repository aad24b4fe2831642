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

/** {@code predict}: writes a prediction for every example of a file. */
@Command(
    name = "predict",
    description = {
      "Predict every test example and write a CSV file in their order.",
      "For classes: ImageId,Label, as Kaggle's Digit Recognizer takes it; for classes of texts:"
          + " Record,Label."
    },
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ModelOptions options;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "submission.csv",
      description = "File to write, any Hadoop URI (${DEFAULT-VALUE}).")
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
      try (ShardedData data = session.deal(shards)) {
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
          (named == null ? config.data().path() : named) + ": there are no test files to predict");
    }
    return sources;
  }

  /** What {@code --json} prints. */
  private record Answer(String checkpoint, int examples, String out) {}

  private void report(TrainedModel model, int count, Path written) {
    if (json) {
      Answer answer = new Answer(model.path(), count, written.toString());
      spec.commandLine().getOut().println(Json.line(answer));
      return;
    }
    spec.commandLine().getOut().printf("%,d predictions written to %s%n", count, written);
  }
}

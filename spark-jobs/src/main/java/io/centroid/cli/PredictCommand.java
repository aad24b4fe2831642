package io.centroid.cli;

import io.centroid.cli.report.PredictionColumns;
import io.centroid.error.ExitCode;
import io.centroid.evaluate.Predictions;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.ModelData;
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
          + " Record,Label for classes with names, Id,Prediction for regression."
    },
    footer = {"", "Example:", "  centroid predict runs/digits-18e030dc --out submission.csv"},
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ModelOptions options;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "submission.csv",
      description =
          "Output file, any Hadoop URI; published atomically (default: ${DEFAULT-VALUE}).")
  private String out;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Session session = Session.open(options.engine())) {
      HadoopFiles files = session.files();
      TrainedModel model = options.load(files, spec.commandLine().getErr()::println);
      ModelData data = ModelData.toPredict(model, options.dataConfiguration(files, model), files);
      data.sources().notes().forEach(spec.commandLine().getErr()::println);
      Predictions predictions = data.predict(session::shardedData, session.parallelism());
      Path written = new SubmissionFile(files, files.path(out)).write(predictions, columns(data));
      report(model, predictions.values().length, written);
    }
    return ExitCode.DONE;
  }

  private static PredictionColumns columns(ModelData data) {
    if (!data.classNames().isEmpty()) {
      return PredictionColumns.named(data.classNames());
    }
    return data.model().network().loss().classifies()
        ? PredictionColumns.CLASSES
        : PredictionColumns.NUMBERS;
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

package io.centroid.cli;

import io.centroid.ExitCode;
import io.centroid.cli.report.PredictionColumns;
import io.centroid.evaluate.Predictions;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.DataSources;
import io.centroid.run.data.ModelData;
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
      ModelData data = ModelData.toPredict(model, options.dataConfiguration(files, model), files);
      Predictions predictions = data.predict(session::deal, session.parallelism());
      Path written =
          new SubmissionFile(files, files.path(out))
              .write(predictions, columns(model, data.sources()));
      report(model, predictions.values().length, written);
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

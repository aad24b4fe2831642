package io.centroid.cli;

import io.centroid.cli.report.PredictionColumns;
import io.centroid.error.ExitCode;
import io.centroid.evaluate.Predictions;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.storage.OutputFile;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.ModelData;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
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
  private static final Set<String> STANDARD_OUTPUT =
      Set.of("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");

  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Mixin private ModelOptions options;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "submission.csv",
      description =
          "Output file, any Hadoop URI; published atomically (default: ${DEFAULT-VALUE}). A device"
              + " or named pipe is written to; - is standard output.")
  private String out;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    boolean standard = STANDARD_OUTPUT.contains(out);
    if (standard && json) {
      throw new ParameterException(
          spec.commandLine(), "--out " + out + " and --json exclude each other");
    }
    try (Session session = Session.open(options.engine())) {
      HadoopFiles files = session.files();
      Optional<OutputFile> file =
          standard ? Optional.empty() : Optional.of(OutputFile.of(files, files.path(out), "--out"));
      TrainedModel model = options.load(files, centroid.terminal()::note);
      ModelData data = ModelData.toPredict(model, options.dataConfiguration(files, model), files);
      data.sources().notes().forEach(centroid.terminal()::note);
      Predictions predictions =
          data.predict(
              shards -> options.sharded(session, model, shards),
              session.parallelism(),
              centroid.terminal()::note);
      SubmissionFile submission = new SubmissionFile(predictions, columns(data));
      if (file.isPresent()) {
        write(submission, file.get());
        report(model, predictions.values().length, file.get().path());
      } else {
        submission.writeTo(spec.commandLine().getOut());
      }
    }
    return ExitCode.DONE;
  }

  private static void write(SubmissionFile submission, OutputFile file) throws IOException {
    file.write(
        stream -> {
          Writer writer =
              new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
          submission.writeTo(writer);
          writer.flush();
        });
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
    spec.commandLine()
        .getOut()
        .printf(Locale.ROOT, "%,d predictions written to %s%n", count, written);
  }
}

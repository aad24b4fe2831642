package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Scoring;
import io.centroid.run.DataSources;
import io.centroid.run.TrainedModel;
import io.centroid.train.DataPart;
import io.centroid.train.ShardSpec;
import io.centroid.train.ShardedData;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}: measures a trained model. */
@Command(
    name = "evaluate",
    description =
        "Measure a trained model: accuracy, loss, precision and recall by class, confusion.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ModelOptions options;

  @Option(
      names = "--part",
      defaultValue = "TEST",
      description = "test, validation or train (default: test).")
  private DataPart part;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Session session = Session.open(options.engine())) {
      TrainedModel model = TrainedModel.load(session.files(), options.model(), options.best());
      Evaluation evaluation = evaluate(session, model);
      EvaluationReport report = new EvaluationReport(model.path(), part, evaluation);
      if (json) {
        spec.commandLine().getOut().println(report.toJson());
      } else {
        spec.commandLine().getOut().print(report.toText());
      }
    }
    return ExitCode.DONE;
  }

  private Evaluation evaluate(Session session, TrainedModel model) {
    RunConfig config = options.dataConfiguration(session.files(), model);
    DataSources sources = DataSources.of(config.data(), config.model().loss(), session.files());
    if (part == DataPart.TEST && !sources.hasTest()) {
      throw new InputException(
          config.data().path()
              + ": there are no labelled test examples; choose --part validation or train");
    }
    ModelOptions.requireShape(model, sources.source().schema(part.split()).shape());
    double validationSplit = part == DataPart.TEST ? 0 : config.data().validationSplit();
    ShardSpec shards =
        new ShardSpec(
            sources.source(), model.manifest().snapshot().seed(), validationSplit, model.workers());
    try (ShardedData data = session.deal(shards)) {
      DataSummary summary = data.survey(part.split());
      requireKnownClasses(model, summary);
      return data.evaluate(
          new Scoring(model.network(), model.normalisation()), part, model.parameters());
    }
  }

  private static void requireKnownClasses(TrainedModel model, DataSummary summary) {
    int classes = model.network().classes();
    if (classes > 0 && summary.classes() > classes) {
      throw new InputException(
          "data: found label "
              + (summary.classes() - 1)
              + ", expected 0.."
              + (classes - 1)
              + " as the model knows");
    }
  }
}

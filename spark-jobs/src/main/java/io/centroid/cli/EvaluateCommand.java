package io.centroid.cli;

import io.centroid.cli.report.EvaluationReport;
import io.centroid.config.RunConfig;
import io.centroid.error.ExitCode;
import io.centroid.evaluate.Evaluation;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.ModelData;
import io.centroid.train.worker.EvaluationSet;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code evaluate} command: computes the metrics of a trained model. */
@Command(
    name = "evaluate",
    description =
        "Evaluate a trained model: accuracy, loss, precision and recall per class, confusion"
            + " matrix; for a language model loss, perplexity and next-token accuracy.",
    footer = {"", "Example:", "  centroid evaluate runs/digits-18e030dc --part validation"},
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Mixin private ModelOptions options;

  @Option(
      names = "--part",
      paramLabel = "test|validation|train",
      description =
          "Data set to evaluate on (default: test; for a corpus, which has no test set,"
              + " validation). A single file of a table or of labeled texts is a test set.")
  private @Nullable EvaluationSet part;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Session session = Session.open(options.engine())) {
      TrainedModel model = options.load(session.files(), centroid.terminal()::note);
      EvaluationReport report = evaluate(session, model);
      if (json) {
        spec.commandLine().getOut().println(report.toJson());
      } else {
        spec.commandLine().getOut().print(report.toText());
      }
    }
    return ExitCode.DONE;
  }

  private EvaluationReport evaluate(Session session, TrainedModel trained) throws IOException {
    RunConfig config = options.dataConfiguration(session.files(), trained);
    boolean alone = options.namesData() && (part == null || part == EvaluationSet.TEST);
    ModelData data = ModelData.toEvaluate(trained, config, session.files(), alone);
    EvaluationSet measured = part == null ? data.defaultSet() : part;
    Evaluation evaluation =
        data.evaluate(
            measured,
            shards -> options.sharded(session, trained, shards),
            session::parallelism,
            centroid.terminal()::note);
    return new EvaluationReport(trained.path(), measured, evaluation, data.classNames());
  }
}

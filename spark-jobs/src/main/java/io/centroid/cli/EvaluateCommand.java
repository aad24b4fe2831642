package io.centroid.cli;

import io.centroid.ExitCode;
import io.centroid.InputException;
import io.centroid.cli.report.EvaluationReport;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Scoring;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.DataSources;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code evaluate} command: computes the metrics of a trained model. */
@Command(
    name = "evaluate",
    description =
        "Evaluate a trained model: accuracy, loss, precision and recall per class, confusion"
            + " matrix; for a language model loss, perplexity and next-token accuracy.",
    footer = {"", "Example:", "  ./centroid evaluate runs/digits-2e9e9048 --part validation"},
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ModelOptions options;

  @Option(
      names = "--part",
      paramLabel = "test|validation|train",
      description =
          "Data set to evaluate on (default: test; for a corpus, which"
              + " has no test set, validation). A single file of labeled texts is a test set.")
  private @Nullable EvaluationSet part;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Session session = Session.open(options.engine())) {
      TrainedModel model = options.load(session.files());
      EvaluationReport report = evaluate(session, model);
      if (json) {
        spec.commandLine().getOut().println(report.toJson());
      } else {
        spec.commandLine().getOut().print(report.toText());
      }
    }
    return ExitCode.DONE;
  }

  private EvaluationReport evaluate(Session session, TrainedModel model) throws IOException {
    RunConfig config = options.dataConfiguration(session.files(), model);
    DataSources sources = sources(session.files(), model, config);
    EvaluationSet defaultSet =
        config.data().format() == RunConfig.Data.Format.TOKENS
            ? EvaluationSet.VALIDATION
            : EvaluationSet.TEST;
    EvaluationSet measured = part == null ? defaultSet : part;
    if (measured == EvaluationSet.TEST && !sources.hasTest()) {
      throw new InputException(
          config.data().path()
              + ": found no labeled test examples; choose --part validation or train");
    }
    ModelOptions.requireFit(model, sources, measured.split());
    double validationSplit = measured == EvaluationSet.TEST ? 0 : config.data().validationSplit();
    int workers = model.workers() > 0 ? model.workers() : session.parallelism();
    ShardSpec shards = new ShardSpec(sources.source(), model.seed(), validationSplit, workers);
    try (ShardedData data = session.shardedData(shards)) {
      DataSummary summary = data.survey(measured.split());
      requireKnownClasses(model, summary);
      if (summary.cut() > 0) {
        spec.commandLine()
            .getErr()
            .printf(
                "%,d texts are longer than data.block = %,d tokens and are truncated%n",
                summary.cut(), summary.shape().size());
      }
      Evaluation evaluation =
          data.evaluate(
              new Scoring(model.network(), model.normalization()), measured, model.parameters());
      if (evaluation.examples() == 0) {
        throw new InputException(
            config.data().path()
                + ": found no "
                + measured.name().toLowerCase(Locale.ROOT)
                + " examples; choose another --part");
      }
      return new EvaluationReport(model.path(), measured, evaluation, sources.classNames());
    }
  }

  private DataSources sources(HadoopFiles files, TrainedModel model, RunConfig config) {
    RunConfig.Data data = config.data();
    if (data.format() != RunConfig.Data.Format.TEXTS) {
      return DataSources.of(data, config.model().loss(), files);
    }
    TextTokenizer tokenizer = TextTokenizer.of(model);
    boolean alone =
        options.data() != null
            && (part == null || part == EvaluationSet.TEST)
            && !files.status(files.path(data.path())).isDirectory();
    return alone
        ? DataSources.testTexts(data, files, tokenizer, true)
        : DataSources.of(data, config.model().loss(), files, tokenizer);
  }

  private static void requireKnownClasses(TrainedModel model, DataSummary summary) {
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
}

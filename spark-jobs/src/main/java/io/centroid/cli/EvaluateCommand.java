package io.centroid.cli;

import io.centroid.card.GroupRecord;
import io.centroid.cli.report.EvaluationReport;
import io.centroid.cli.report.TaskProgress;
import io.centroid.config.RunConfig;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.GroupMetrics;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Json;
import io.centroid.leak.ModelFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.run.data.GroupedData;
import io.centroid.run.data.ModelData;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
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

  @Option(
      names = "--by",
      paramLabel = "COLUMN",
      description =
          "Column of a table: also the metrics for each of its values, at most "
              + GroupedData.MOST_VALUES
              + ". It need not be a column that the model takes. Repeatable.")
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--save",
      description = "Write the metrics of --by into the run's folder, for the model card.")
  private boolean save;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (save && columns.isEmpty()) {
      throw new InputException("--save requires --by");
    }
    try (Session session = Session.open(options.engine())) {
      TrainedModel model = options.load(session.files(), centroid.terminal()::note);
      Optional<ModelFiles> run =
          save ? Optional.of(ModelFiles.of(session.files(), model.path())) : Optional.empty();
      if (run.isPresent()) {
        run.get().requireChangeable();
      }
      ModelData data = data(session.files(), model);
      EvaluationReport report = evaluate(session, data);
      if (run.isPresent()) {
        record(report, data).write(run.get());
        centroid.terminal().note("groups written to " + run.get().path(ModelFiles.GROUPS));
      }
      if (json) {
        spec.commandLine().getOut().println(report.toJson());
      } else {
        spec.commandLine().getOut().print(report.toText());
      }
    }
    return ExitCode.DONE;
  }

  private ModelData data(HadoopFiles files, TrainedModel trained) throws IOException {
    RunConfig config = options.dataConfiguration(files, trained);
    boolean alone = options.namesData() && (part == null || part == EvaluationSet.TEST);
    return ModelData.toEvaluate(trained, config, files, alone);
  }

  private EvaluationReport evaluate(Session session, ModelData data) throws IOException {
    EvaluationSet measured = part == null ? data.defaultSet() : part;
    List<GroupedData> grouped = new ArrayList<>();
    for (String column : columns) {
      grouped.add(GroupedData.of(data, measured, column));
    }
    Function<ShardSpec, ShardedData> cluster =
        shards -> options.sharded(session, data.model(), shards);
    Evaluation evaluation =
        data.evaluate(measured, cluster, session::parallelism, centroid.terminal()::note);
    return new EvaluationReport(
        data.model().path(),
        measured,
        evaluation,
        data.classNames(),
        grouped.isEmpty() ? List.of() : evaluate(session, grouped, evaluation, cluster));
  }

  private List<GroupMetrics> evaluate(
      Session session,
      List<GroupedData> grouped,
      Evaluation all,
      Function<ShardSpec, ShardedData> cluster)
      throws IOException {
    List<GroupMetrics> groups = new ArrayList<>();
    long values = grouped.stream().mapToLong(by -> by.values().size()).sum();
    AtomicLong done = new AtomicLong();
    try (TaskProgress progress =
        new TaskProgress(centroid.terminal(), "evaluating", "groups", values)) {
      for (GroupedData by : grouped) {
        Runnable step = () -> progress.stepTo(done.incrementAndGet());
        groups.add(by.evaluate(all, cluster, session::parallelism, step));
      }
    }
    return groups;
  }

  private static GroupRecord record(EvaluationReport report, ModelData data) throws IOException {
    return new GroupRecord(
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        report.checkpoint(),
        FloatVector.sha256(data.model().parameters()),
        HadoopPath.parse(data.config().data().path()).getName(),
        Json.spelling(report.part()),
        report.groups());
  }
}

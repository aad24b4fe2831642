package io.centroid.cli.trust;

import io.centroid.cli.Centroid;
import io.centroid.cli.DataOptions;
import io.centroid.cli.ModelLocation;
import io.centroid.cli.Session;
import io.centroid.cli.options.RunOptions;
import io.centroid.cli.report.PrepareReport;
import io.centroid.cli.report.TaskProgress;
import io.centroid.config.RunConfig;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.model.TrainedModel;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.report.ExplanationsRecord;
import io.centroid.report.ExplanationsRecord.Kind;
import io.centroid.spark.explain.Example;
import io.centroid.spark.explain.ExampleExplainer;
import io.centroid.spark.explain.ExampleReader;
import io.centroid.spark.explain.ExplainJob;
import io.centroid.spark.explain.ExplainSettings;
import io.centroid.spark.explain.ExplainedModel;
import io.centroid.spark.explain.ExplanationFolder;
import io.centroid.spark.explain.ImportanceSummary;
import io.centroid.spark.session.SparkContexts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code explain} command: how much each input contributes to a model's predictions. */
@Command(
    name = "explain",
    description = {
      "Explain predictions: how much each pixel, column or word contributes.",
      "Writes explanations.json and pictures, of a run also into its report and TensorBoard."
    },
    footer = {
      "",
      "Examples:",
      "  centroid explain runs/digits-18e030dc --input 0-4",
      "  centroid explain runs/table --data data/ --spark --count 1000"
    },
    mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {
  private static final int FIRST = 5;

  /** Number of explained classes, the most probable first, of images and texts. */
  private static final int MOST_CLASSES = 3;

  /** Maximum number of rows of the background, which are in memory. */
  private static final int MOST_BACKGROUND = 1_000;

  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Mixin private ModelLocation location;

  @Mixin private DataOptions data;

  @Mixin private RunOptions run;

  @Option(
      names = "--input",
      paramLabel = "INPUT",
      description =
          "Indices of test examples (7, 0-9 or 0,2), a .png, .txt or table file, or a text;"
              + " repeatable (default: the first --count test examples).")
  private List<String> inputs = List.of();

  @Option(
      names = "--method",
      paramLabel = "shap|exact|gradients|lime",
      description = "KernelSHAP (default), exact Shapley values, expected gradients, or LIME.")
  private ExplainSettings.Method method = ExplainSettings.Method.SHAP;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Number of examples of a data set (default: 5; with --spark all).")
  private @Nullable Integer count;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Maximum number of samples of an explanation (default: 2 x features + 2048).")
  private int samples;

  @Option(
      names = "--background",
      paramLabel = "N",
      defaultValue = "20",
      description = "Examples that stand for unknown values (default: ${DEFAULT-VALUE}).")
  private int background;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description =
          "Class to explain, by name or number (default: the most probable ones; of tables with two"
              + " classes the second).")
  private @Nullable String output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of all samples (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--spark", description = "Explain a data set as a Spark job.")
  private boolean spark;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder, any Hadoop URI; replaces one of explanations (default: explanations in the run's"
              + " folder, or in the working folder).")
  private @Nullable String out;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    int most = spark ? Integer.MAX_VALUE : ExplainInputs.MOST;
    requireRange("--background", background, MOST_BACKGROUND);
    requireRange("--count" + (spark ? "" : " without --spark"), count == null ? 1 : count, most);
    try {
      if (spark) {
        onSpark();
      } else {
        here();
      }
    } catch (InputException e) {
      throw e.concealed();
    }
    return ExitCode.DONE;
  }

  private static void requireRange(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new InputException(
          String.format(Locale.ROOT, "%s must be 1 to %,d: %d", option, most, value));
    }
  }

  /** Output of {@code --json}. */
  private record Output(
      String model,
      ExplainSettings.Method method,
      long examples,
      @Nullable Double meanError,
      String out) {}

  private void note(String line) {
    centroid.terminal().note(line);
  }

  private void here() throws IOException {
    RunConfig config = run.load(null, List.of("compute.workers=local"));
    try (Session session = Session.open(config)) {
      HadoopFiles files = session.files();
      TrainedModel trained = load(files, config);
      ExplanationTarget target = target(files);
      ExplainInputs from = ExplainInputs.of(files, trained, data, run.overrides());
      List<Example> examples = from.examples(inputs, count == null ? FIRST : count);
      ExplainedModel model =
          model(trained, from, from.background(reader -> reader.sample(seed, background)));
      ImportanceSummary summary = new ImportanceSummary();
      List<ExplanationsRecord.Example> explained = explain(model, examples, summary);
      target.write(
          trained,
          draft ->
              new ExplanationFolder(model, draft, this::note).write(examples, explained, summary),
          this::note);
      report(model, summary, target);
    }
  }

  private List<ExplanationsRecord.Example> explain(
      ExplainedModel model, List<Example> examples, ImportanceSummary summary) throws IOException {
    List<ExplanationsRecord.Example> explained = new ArrayList<>();
    try (ExampleExplainer explainer = new ExampleExplainer(model);
        TaskProgress progress = progress(explainer, examples)) {
      long done = 0;
      for (Example example : examples) {
        long from = done;
        long expected = explainer.expectedEvaluations(example);
        ExplanationsRecord.Example one =
            explainer.explain(example, now -> progress.stepTo(from + Math.min(now, expected - 1)));
        summary.add(explained.size(), one);
        explained.add(one);
        done += expected;
        progress.stepTo(done);
      }
    }
    if (!json) {
      explained.forEach(one -> spec.commandLine().getOut().println(ExplanationLine.of(model, one)));
    }
    return explained;
  }

  private TaskProgress progress(ExampleExplainer explainer, List<Example> examples) {
    return new TaskProgress(
        centroid.terminal(),
        "explaining",
        "evaluations of the model",
        examples.stream().mapToLong(explainer::expectedEvaluations).sum());
  }

  private void onSpark() throws IOException {
    if (!inputs.isEmpty()) {
      throw new InputException(
          "--spark explains a data set: --input and --spark exclude each other");
    }
    RunConfig config = run.load(null);
    config.compute().cpuKernels().ifPresent(CpuKernels::require);
    try (JavaSparkContext context = SparkContexts.start(config);
        PrepareReport progress = new PrepareReport(centroid.terminal())) {
      HadoopFiles files = new HadoopFiles(context.hadoopConfiguration());
      TrainedModel trained = load(files, config);
      ExplanationTarget target = target(files);
      ExplainInputs from = ExplainInputs.of(files, trained, data, run.overrides());
      ExampleReader reader = from.reader();
      ExplainedModel model =
          model(
              trained,
              from,
              from.background(
                  set ->
                      ExplainJob.background(
                          context, set.source(), set.split(), seed, background, progress)));
      ExplainJob job =
          new ExplainJob(model, files, reader.source(), reader.split(), count == null ? 0 : count);
      ImportanceSummary summary = new ImportanceSummary();
      target.write(
          trained,
          draft -> {
            draft.storage().createFolder(draft.folder());
            summary.merge(job.run(context, draft.folder(), progress));
            return new ExplanationFolder(model, draft, this::note).write(summary);
          },
          this::note);
      report(model, summary, target);
    }
  }

  private TrainedModel load(HadoopFiles files, RunConfig config) throws IOException {
    return location.load(files, Centroid.ENGINES.choose(config.compute().engine()), this::note);
  }

  private ExplanationTarget target(HadoopFiles files) throws IOException {
    return ExplanationTarget.of(files, location.folder(files, ignored -> {}), out);
  }

  private ExplainedModel model(TrainedModel trained, ExplainInputs from, float[][] unknown)
      throws IOException {
    List<String> names = ExplainedModel.names(trained, from.classNames());
    boolean isTable = ExplainedModel.kind(trained) == Kind.TABLE;
    return ExplainedModel.of(
        trained,
        names,
        unknown,
        new ExplainSettings(
            method,
            samples,
            seed,
            isTable ? 1 : MOST_CLASSES,
            number(names, ExplainedModel.outputs(trained, names), isTable)));
  }

  /**
   * Number of the explained output; -1 for the most probable ones.
   *
   * @param names names of the classes; a binary classifier has two, and the second as its output
   */
  private int number(List<String> names, List<String> outputs, boolean isTable) {
    String name = output;
    if (name == null) {
      // Plots of many rows can be read if all are of one class.
      return isTable && outputs.size() <= 2 ? outputs.size() - 1 : -1;
    }
    int number =
        outputs.contains(name)
            ? outputs.indexOf(name)
            : name.matches("\\d{1,6}")
                ? Integer.parseInt(name) - (names.size() - outputs.size())
                : outputs.size();
    if (number < 0 || number >= outputs.size()) {
      throw new InputException(
          "--class: expected one of " + String.join(", ", outputs) + ": " + name);
    }
    return number;
  }

  private void report(ExplainedModel model, ImportanceSummary summary, ExplanationTarget target) {
    double error = summary.meanError();
    String folder = target.folder().target().toString();
    if (json) {
      Output printed =
          new Output(
              model.place(),
              method,
              summary.count(),
              Double.isFinite(error) ? error : null,
              folder);
      spec.commandLine().getOut().println(Json.line(printed));
      return;
    }
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%,d explanations%s, written to %s%n",
            summary.count(),
            Double.isFinite(error)
                ? String.format(Locale.ROOT, ", mean standard error %.2g", error)
                : "",
            folder);
  }
}

package io.centroid.cli.trust;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.cli.Centroid;
import io.centroid.cli.ModelLocation;
import io.centroid.cli.report.TaskProgress;
import io.centroid.cli.report.Terminal;
import io.centroid.data.corpus.Corpus;
import io.centroid.data.corpus.CorpusManifest;
import io.centroid.error.ExitCode;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.export.ModelExporter;
import io.centroid.export.Task;
import io.centroid.generate.Generator;
import io.centroid.generate.decoder.CpuDecoding;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.SiteConfiguration;
import io.centroid.leak.Canaries;
import io.centroid.leak.Exposure;
import io.centroid.leak.LeakCheck;
import io.centroid.leak.LeakGate;
import io.centroid.leak.LeakRecord;
import io.centroid.leak.ModelFiles;
import io.centroid.model.DataJson;
import io.centroid.model.LanguageModel;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.matrix.WeightFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code leak} command: measures how well a language model remembers planted canaries. */
@Command(
    name = "leak",
    description = {
      "Measure how well a language model remembers the canaries of its training corpus.",
      "The exposure of a canary is in bits: about 1.4 if the model has not seen it, 19.9 if it"
          + " prefers it to all others. leak.json in the run's folder records the result; export"
          + " and the moves of a registry's aliases read it if leak.max-exposure is set."
    },
    footer = {"", "Example:", "  centroid leak runs/texts-18e030dc --corpus data/texts"},
    mixinStandardHelpOptions = true)
public final class LeakCommand implements Callable<Integer> {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Mixin private ModelLocation location;

  @Option(
      names = "--corpus",
      paramLabel = "FOLDER",
      required = true,
      description = "Corpus that prepare --canaries wrote, with canaries.json.")
  private String corpus;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Number of other secrets to compare each canary with, 1000 to 999999, which is all of them"
              + " (default: ${DEFAULT-VALUE}).")
  private int candidates;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set leak.max-exposure; the lower of this and the run's own holds.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    LeakCheck.requireCandidates(candidates);
    Terminal terminal = centroid.terminal();
    HadoopFiles files = location.withKeys(new HadoopFiles(SiteConfiguration.load()));
    Corpus training = Corpus.open(corpus, files);
    Canaries canaries = Canaries.read(files, training);
    TrainedModel trained = location.load(files, Engines.CPU, terminal::note);
    if (ModelExporter.task(trained.network()) != Task.LANGUAGE) {
      throw new InputException(
          trained.path() + " is not a language model: leak measures language models only");
    }
    ModelFiles model = ModelFiles.of(files, trained.path());
    model.requireChangeable();
    requireTrainedOn(training, files, trained, terminal);
    double limit = model.settings(overrides).maxExposure();
    String parametersSha256 = FloatVector.sha256(trained.parameters());
    List<Exposure> exposures = measure(files, trained, canaries, terminal);
    LeakRecord record =
        new LeakRecord(
            Instant.now().truncatedTo(ChronoUnit.MILLIS),
            trained.path(),
            parametersSha256,
            training.manifest().sha256(),
            limit,
            LeakRecord.highest(exposures),
            exposures);
    model.write(LeakRecord.FILE, record.toJson());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(record));
    } else {
      print(out, record, LeakGate.of(model, overrides));
    }
    return ExitCode.DONE;
  }

  /** A model that has not seen the canaries would always pass. */
  private static void requireTrainedOn(
      Corpus corpus, HadoopFiles files, TrainedModel model, Terminal terminal) throws IOException {
    Map<String, String> recorded = Map.of();
    if (model.directory().isEmpty()) {
      Path path = files.path(model.path());
      recorded =
          DataJson.read(
                  path, CheckpointStore.openUnverified(path, files.configuration()).manifest())
              .known();
    }
    String expected = recorded.get(CorpusManifest.HASH); // Private runs do not record it.
    String planted = recorded.get(Canaries.HASH);
    if (expected == null && planted == null) {
      terminal.note(
          model.path()
              + ": the model does not say which corpus it was trained on; the result holds only if"
              + " it is "
              + corpus.folder());
      return;
    }
    String found = corpus.manifest().sha256();
    if (expected != null && !expected.equals(found)) {
      throw InputErrors.of(
          corpus.folder(),
          "is not the training corpus of " + model.path() + ": SHA-256",
          expected,
          found);
    }
    String canaries = corpus.manifest().options().get(Canaries.HASH);
    if (!Objects.equals(canaries, planted)) {
      throw InputErrors.of(
          corpus.folder(), "has other canaries than the training corpus of " + model.path());
    }
  }

  private List<Exposure> measure(
      HadoopFiles files, TrainedModel trained, Canaries canaries, Terminal terminal)
      throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    try (LanguageModel opened =
            LanguageModel.open(
                files,
                new LanguageModel.Location(trained.path(), false, null),
                new CpuDecoding(WeightFormat.FLOAT32, threads),
                note -> {});
        Generator generator =
            new Generator(opened.config(), opened.weights(), opened.tokenizer(), 0)) {
      LeakCheck check = new LeakCheck(opened.tokenizer(), generator::logLikelihoods, candidates);
      try (TaskProgress progress =
          new TaskProgress(terminal, "measuring", "sentences", check.sentences(canaries))) {
        return check.measure(canaries, progress::stepTo);
      }
    }
  }

  private static void print(PrintWriter out, LeakRecord record, LeakGate gate) {
    out.printf(
        "%6s %11s %9s  %-11s %s%n", "canary", "repetitions", "exposure", "method", "likelier");
    for (Exposure exposure : record.exposures()) {
      out.printf(
          Locale.ROOT,
          "%6d %11s %9.1f  %-11s %,d of %,d%n",
          exposure.canary() + 1,
          exposure.repetitions() == 0 ? "control" : exposure.repetitions(),
          exposure.bits(),
          Json.spelling(exposure.method()),
          exposure.likelier(),
          exposure.candidates());
    }
    out.printf(
        Locale.ROOT,
        "Highest exposure %.1f of %.1f bits; mean of the controls, which the model has not seen, %.1f%n",
        record.highest(),
        Exposure.MOST,
        record.ofControls());
    if (gate.limit() > 0) {
      out.printf(
          Locale.ROOT,
          "leak.max-exposure = %s: the model may %sbe exported and promoted%n",
          gate.limit(),
          record.highest() > gate.limit() ? "not " : "");
    }
    out.println("Written to " + gate.model().path(LeakRecord.FILE));
  }
}

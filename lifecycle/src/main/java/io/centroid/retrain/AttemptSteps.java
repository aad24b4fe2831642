package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.config.RunConfig;
import io.centroid.data.ExampleSource;
import io.centroid.data.JoinedSource;
import io.centroid.data.csv.TableSchema;
import io.centroid.error.InputException;
import io.centroid.evaluate.Baseline;
import io.centroid.evaluate.Evaluation;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.leak.ModelFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.registry.DataFile;
import io.centroid.registry.ModelRegistry;
import io.centroid.registry.StoredVersion;
import io.centroid.registry.VersionProvenance;
import io.centroid.retrain.comparison.ModelComparison;
import io.centroid.retrain.comparison.Sample;
import io.centroid.retrain.comparison.ScoredModel;
import io.centroid.retrain.comparison.Verdict;
import io.centroid.retrain.data.DataIncrement;
import io.centroid.retrain.drift.DriftReport;
import io.centroid.retrain.drift.Profile;
import io.centroid.retrain.drift.ProfileJson;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.run.data.DataSources;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.ShardedData;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** The computations of an attempt. Each step is deterministic, so it can be repeated. */
final class AttemptSteps {
  private final Function<List<String>, RunConfig> configured;
  private final HadoopFiles files;
  private final Engines engines;
  private final Function<ShardSpec, ShardedData> cluster;
  private final RunObserver observer;
  private final List<RunReporter.Factory> reporters;
  private final ModelRegistry registry;
  private final RetrainFolder folder;
  private final RunConfig config;
  private final List<DataFile> frozenFiles;
  private final ModelComparison comparison;
  private final Map<Integer, DataExamination> examinations = new TreeMap<>();

  AttemptSteps(
      Function<List<String>, RunConfig> configured,
      HadoopFiles files,
      Engines engines,
      Function<ShardSpec, ShardedData> cluster,
      RunObserver observer,
      List<RunReporter.Factory> reporters,
      ModelRegistry registry,
      RetrainFolder folder,
      List<DataFile> frozenFiles) {
    this.configured = configured;
    this.files = files;
    this.engines = engines;
    this.cluster = cluster;
    this.observer = observer;
    this.reporters = reporters;
    this.registry = registry;
    this.folder = folder;
    this.frozenFiles = frozenFiles;
    this.config = configured.apply(List.of());
    this.comparison = new ModelComparison(cluster, config.train().seed(), config.train().workers());
  }

  /**
   * Examines data for the challenger of a champion.
   *
   * @param champion version; 0 if there is none
   */
  DataExamination examination(int champion) {
    return examinations.computeIfAbsent(
        champion,
        version ->
            new DataExamination(
                config,
                files,
                cluster,
                frozenFiles,
                () -> version == 0 ? Optional.empty() : Optional.of(model(version))));
  }

  /** Measures the drift of the new data, and ends the attempt if it is outside the thresholds. */
  Attempt measureDrift(Attempt attempt) throws IOException {
    if (attempt.champion() == 0) {
      return attempt;
    }
    StoredVersion champion = registry.version(attempt.champion());
    if (!champion.record().files().containsKey(ProfileJson.FILE)) {
      observer.onNote(champion + " has no data profile: drift is not measured");
      return attempt;
    }
    Profile known =
        ProfileJson.read(
            champion.path() + "/" + ProfileJson.FILE,
            champion.read(ProfileJson.FILE, ProfileJson.MAX_BYTES));
    TrainedModel model = model(champion.checkpoint());
    ExampleSource fresh = fresh(attempt, model);
    Sample sample = sample(fresh, attempt.fresh(), model);
    Profile found =
        known.binned(sample.rows(), sample.targets(), comparison.predictedClasses(fresh, model));
    DriftReport drift = DriftReport.of(known, found);
    observer.onNote(
        String.format(
            Locale.ROOT,
            "drift: inputs %.4f, predictions %.4f (population stability index)",
            drift.inputs().psi(),
            drift.predictions().psi()));
    Attempt measured = attempt.withFinding("drift", Report.drift(drift));
    RunConfig.Drift limits = config.retrain().drift();
    if (limits.veto() > 0 && drift.statistic() >= limits.veto()) {
      return measured.withOutcome(
          Outcome.VETOED,
          List.of(
              format(
                  "drift %.4f, expected less than retrain.drift.veto = %s",
                  drift.statistic(), limits.veto())));
    }
    if (limits.start() > 0 && drift.statistic() < limits.start()) {
      return measured.withOutcome(
          Outcome.WAITING,
          List.of(
              format(
                  "drift %.4f, expected at least retrain.drift.start = %s",
                  drift.statistic(), limits.start())));
    }
    return measured;
  }

  /** Trains the challenger, or resumes its training. */
  void train(Attempt attempt) throws IOException {
    RunConfig examined = examination(attempt.champion()).requireFrozen().of(training(attempt));
    RunResult result =
        new TrainingRun(examined, files, engines, cluster, observer, reporters).execute();
    String stoppedEarly = result.stoppedEarly();
    if (stoppedEarly != null) {
      observer.onNote("stopped early: " + stoppedEarly);
    }
    String warning = result.warning();
    if (warning != null) {
      observer.onNote("WARNING: " + warning);
    }
  }

  /** Compares champion and challenger on the frozen set and on the held-out new data. */
  Attempt compare(Attempt attempt) throws IOException {
    TrainedModel challenger = model(checkpoint(attempt));
    ScoredModel ofChallenger = comparison.onAll(frozen(challenger), challenger);
    ObjectNode validation = JsonNodeFactory.instance.objectNode();
    ObjectNode newest = JsonNodeFactory.instance.objectNode();
    validation.set("challenger", Report.evaluation(ofChallenger.evaluation()));
    newest.set("challenger", Report.evaluation(onNewest(attempt, challenger)));
    if (attempt.champion() == 0) {
      return attempt
          .withFinding("validation", validation)
          .withFinding("newest", newest)
          .withOutcome(
              Outcome.PROMOTED,
              reasons(
                  List.of("the first version: there is no champion yet"),
                  ofChallenger.evaluation(),
                  challenger.classNames()));
    }
    TrainedModel champion = model(registry.version(attempt.champion()).checkpoint());
    ScoredModel ofChampion = comparison.onAll(frozen(champion), champion);
    validation.set("champion", Report.evaluation(ofChampion.evaluation()));
    newest.set("champion", Report.evaluation(onNewest(attempt, champion)));
    RunConfig.Rule rule = config.retrain().rule();
    Verdict verdict =
        Verdict.of(ofChampion, ofChallenger, challenger.classNames(), rule, config.train().seed());
    verdict.reasons().forEach(observer::onNote);
    return attempt
        .withFinding("validation", validation)
        .withFinding("newest", newest)
        .withFinding(
            "comparison", Report.verdict(verdict, challenger.classNames(), rule.confidence()))
        .withOutcome(
            verdict.outcome(),
            reasons(verdict.reasons(), ofChallenger.evaluation(), challenger.classNames()));
  }

  /** The reasons, and a warning if the challenger is no better than a constant prediction. */
  private static List<String> reasons(
      List<String> reasons, Evaluation challenger, List<String> classNames) {
    List<String> all = new ArrayList<>(reasons);
    Baseline.notBeaten(challenger, classNames)
        .map(how -> "WARNING: the challenger is no better than a constant prediction: " + how)
        .ifPresent(all::add);
    return all;
  }

  /** The challenger's newest checkpoint. */
  Path checkpoint(Attempt attempt) throws IOException {
    Path run = run(attempt);
    return CheckpointStore.of(run, files.configuration(), CheckpointListener.LOGGED)
        .newest()
        .orElseThrow(() -> new InputException(run + ": no checkpoint of the challenger"))
        .path();
  }

  VersionProvenance provenance(Attempt attempt) throws IOException {
    Map<String, Double> metrics = new TreeMap<>();
    for (String part : List.of("validation", "newest")) {
      attempt
          .findings()
          .path(part)
          .path("challenger")
          .properties()
          .forEach(
              entry -> {
                if (!entry.getKey().equals("examples")) {
                  metrics.put(
                      (part.equals("validation") ? "frozen." : "newest.") + entry.getKey(),
                      entry.getValue().asDouble());
                }
              });
    }
    return RunProvenance.of(
        checkpoint(attempt),
        files.configuration(),
        attempt.trainingFiles(),
        metrics,
        startsFromChampion(attempt) ? attempt.parent() : java.util.OptionalInt.empty());
  }

  /**
   * The attachments of the version: files of its run, the comparison and the profile of its data.
   */
  Map<String, byte[]> attachments(Attempt attempt) throws IOException {
    Path checkpoint = checkpoint(attempt);
    TrainedModel challenger = model(checkpoint);
    ExampleSource all = joined(attempt, challenger);
    Sample sample = sample(all, attempt.training(), challenger);
    Profile profile =
        Profile.of(
            sample.rows(),
            config.retrain().drift().bins(),
            sample.targets(),
            comparison.predictedClasses(all, challenger));
    String report = Report.json(registry.model(), attempt).toPrettyString() + "\n";
    Map<String, byte[]> attachments =
        new TreeMap<>(ModelFiles.of(files, checkpoint.toString()).kept());
    attachments.put(ProfileJson.FILE, ProfileJson.write(profile));
    attachments.put("comparison.json", report.getBytes(StandardCharsets.UTF_8));
    return attachments;
  }

  /** The data keys that select the frozen set, for verifying exports on it. */
  List<String> validationKeys() {
    Path frozen = files.path(config.retrain().validation());
    return List.of(
        "data.path=" + files.fileSystem(frozen).makeQualified(frozen),
        "data.parts=" + Json.line(DataExamination.frozenParts(config, files, frozenFiles)),
        "data.validation-split=0");
  }

  private Evaluation onNewest(Attempt attempt, TrainedModel model) throws IOException {
    return comparison.onHeldOut(fresh(attempt, model), config.data().validationSplit(), model);
  }

  private RunConfig training(Attempt attempt) {
    List<String> overrides = new ArrayList<>();
    overrides.add("run.dir=" + run(attempt));
    overrides.add("data.parts=" + Json.line(attempt.trainingParts()));
    if (startsFromChampion(attempt)) {
      overrides.add("model.init-from=" + registry.checkpoint(attempt.champion()));
    }
    return configured.apply(overrides);
  }

  private boolean startsFromChampion(Attempt attempt) {
    return attempt.champion() > 0 && config.retrain().start() == RunConfig.Retrain.Start.CHAMPION;
  }

  /** The frozen set as a model reads it: a table's columns are found by name. */
  private ExampleSource frozen(TrainedModel model) {
    DataSources sources = DataExamination.frozen(config, files, frozenFiles, Optional.of(model));
    sources.notes().forEach(observer::onNote);
    return sources.source();
  }

  /** The training data as a model reads it. */
  private JoinedSource joined(Attempt attempt, TrainedModel model) throws IOException {
    TableSchema table = model.table();
    if (table == null) {
      // The columns of the frozen set are those of the model, by position.
      table = examination(attempt.champion()).requireFrozen().table();
    }
    RunConfig.Data data = training(attempt).data().withTable(table);
    return (JoinedSource) DataSources.of(data, config.model().loss(), files).source();
  }

  private JoinedSource fresh(Attempt attempt, TrainedModel model) throws IOException {
    Set<String> names =
        attempt.fresh().stream()
            .flatMap(increment -> increment.parts().stream())
            .collect(Collectors.toSet());
    return joined(attempt, model).only(names);
  }

  private Sample sample(ExampleSource source, List<DataIncrement> increments, TrainedModel model) {
    long bytes =
        increments.stream()
            .flatMap(increment -> increment.files().stream())
            .mapToLong(DataFile::bytes)
            .sum();
    return Sample.of(
        source,
        bytes,
        config.retrain().drift().examples(),
        config.train().seed(),
        model.network().classes());
  }

  /** The model of a version. */
  private TrainedModel model(int version) throws IOException {
    return model(registry.version(version).checkpoint());
  }

  private TrainedModel model(Path checkpoint) throws IOException {
    return TrainedModel.load(files, checkpoint.toString(), false, engines);
  }

  private Path run(Attempt attempt) {
    return new Path(folder.attempt(attempt.number()), "run");
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

package io.centroid.run;

import io.centroid.InputException;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.CommitProtocol;
import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.checkpoint.Retention;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.HadoopFiles;
import io.centroid.evaluate.Evaluation;
import io.centroid.kernels.FloatVector;
import io.centroid.model.Architecture;
import io.centroid.report.MetricsLog;
import io.centroid.train.DataPart;
import io.centroid.train.LocalStepsChoice;
import io.centroid.train.ShardSpec;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.Workers;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code train}: reads the shards, opens or resumes the run's folder, trains, evaluates
 * on the test data and leaves checkpoints, metrics and result behind. Nothing is written before
 * configuration and data have proved good.
 */
public final class TrainingRun {
  private final RunConfig config;
  private final HadoopFiles files;
  private final Function<ShardSpec, ShardedData> cluster;
  private final RunObserver observer;

  /**
   * A run.
   *
   * @param cluster deals a data set to workers: on Spark, or on threads
   */
  public TrainingRun(
      RunConfig config,
      HadoopFiles files,
      Function<ShardSpec, ShardedData> cluster,
      RunObserver observer) {
    this.config = config;
    this.files = files;
    this.cluster = cluster;
    this.observer = observer;
  }

  /**
   * Trains to the end of the plan.
   *
   * @throws InputException if configuration, data or run.dir cannot be used; nothing was written
   *     then
   * @throws io.centroid.train.DivergedException if training left the finite numbers
   */
  public RunResult execute() throws IOException {
    ChosenNetwork network = ChosenNetwork.of(config, files);
    RunConfig.Data dataConfig = config.data().withBlock(network.block(config.data().block()));
    DataSources sources =
        DataSources.of(dataConfig, config.model().loss(), files, TextTokenizer.of(config, files));
    DataSurvey.requireLabels(sources);
    ShardSpec shards =
        new ShardSpec(
            sources.source(),
            config.train().seed(),
            config.data().validationSplit(),
            config.train().workers());
    try (ShardedData data = cluster.apply(shards)) {
      DataSurvey survey = DataSurvey.of(config, sources, data);
      describe(survey, data);
      Vocabulary vocabulary = sources.vocabulary();
      RunSetup setup =
          RunSetup.of(
              config,
              network.architecture(vocabulary),
              survey,
              dataKeys(dataConfig, sources.classNames()),
              vocabulary == null ? Map.of() : vocabulary.files());
      RunDirectory directory = RunDirectory.of(files, config.run().dir());
      CheckpointStore store = store(directory);
      Optional<LoadedCheckpoint> newest = store.loadNewest();
      FirstState start =
          new FirstState(
              newest.isPresent() ? resumed(newest.get(), setup) : fresh(setup, vocabulary));
      if (newest.isPresent()
          && (setup.plan().isFinished(start.look()) || setup.stopping().isReached())) {
        Optional<RunResult> result =
            directory.result(FloatVector.sha256(start.look().parameters()));
        if (result.isPresent()) {
          observer.onNote(directory.display() + " is finished; its result:");
          return result.get();
        }
      }
      int localSteps = newest.map(RunCheckpoints::localSteps).orElse(0);
      if (newest.isPresent()) {
        noteResumption(newest.get(), start.look());
      }
      directory.create();
      directory.writeConfiguration(config.effective());
      Workers workers = data.workers(setup.spec(), setup.outerStep());
      TrainingPlan plan = plan(setup, data, workers, start.look(), localSteps);
      return train(data, workers, setup, plan, directory, store, start, sources.hasTest());
    }
  }

  /**
   * The data's keys as checkpoints keep them: its place in full, so that it is found from any
   * working directory, and the classes that were found in it.
   */
  private Map<String, String> dataKeys(RunConfig.Data data, List<String> classNames) {
    Map<String, String> keys = new TreeMap<>(config.dataKeys());
    keys.put("data.block", Integer.toString(data.block()));
    if (!classNames.isEmpty()) {
      keys.put("data.texts.labels", ModelJson.names(classNames));
    }
    String place = config.data().path();
    if (!place.isEmpty()) {
      Path path = files.path(place);
      keys.put("data.path", files.fileSystem(path).makeQualified(path).toString());
    }
    return keys;
  }

  private void describe(DataSurvey survey, ShardedData data) {
    DataSummary training = survey.training();
    observer.onNote(
        String.format(
            "%,d training, %,d validation and %,d test examples of %s in %d shards on %s",
            training.train(),
            training.validation(),
            survey.testExamples(),
            described(training),
            config.train().workers(),
            data.description()));
  }

  private static String described(DataSummary training) {
    return training.tokens() > 0
        ? String.format("%,d tokens", training.shape().size())
        : training.shape().toString();
  }

  private CheckpointStore store(RunDirectory directory) throws IOException {
    var configuration = files.configuration();
    return switch (config.checkpoint().commit()) {
      case AUTO -> CheckpointStore.of(directory.path(), configuration, this::passedOver);
      case RENAME ->
          CheckpointStore.of(
              directory.path(), configuration, CommitProtocol.RENAME, this::passedOver);
      case MANIFEST_LAST ->
          CheckpointStore.of(
              directory.path(), configuration, CommitProtocol.MANIFEST_LAST, this::passedOver);
    };
  }

  private void passedOver(Path checkpoint, String reason) {
    observer.onNote("passed over checkpoint " + checkpoint + ": " + reason);
  }

  private TrainState resumed(LoadedCheckpoint checkpoint, RunSetup setup) {
    TrainState state = setup.checkpoints().resume(checkpoint);
    setup.checkpoints().stopping(checkpoint).ifPresent(setup.stopping()::restore);
    return state;
  }

  private void noteResumption(LoadedCheckpoint checkpoint, TrainState state) {
    observer.onNote(
        String.format(
            "resuming from %s: epoch %d, step %,d",
            checkpoint.path(), state.epoch() + 1, state.steps()));
    Map<String, String> others = RunCheckpoints.otherVersions(checkpoint.manifest());
    if (!others.isEmpty()) {
      observer.onNote(
          "it was written with other libraries, so the last bits may differ: " + others);
    }
  }

  private TrainState fresh(RunSetup setup, @Nullable Vocabulary vocabulary) throws IOException {
    String from = config.model().initFrom();
    if (from.isEmpty()) {
      return TrainState.initial(setup.initialParameters());
    }
    TrainedModel model = TrainedModel.load(files, from, false);
    float[] parameters = FirstParameters.of(model, setup, observer);
    if (vocabulary != null
        && setup.spec().network().architecture() instanceof Architecture.Gpt2 gpt2) {
      vocabulary.requireKnownTo(model.path(), model.tokenizerFiles(), gpt2.config());
    }
    observer.onNote("starting from the parameters of " + model.path());
    return TrainState.initial(parameters);
  }

  /** The plan, with its local steps measured if the configuration leaves them open. */
  private TrainingPlan plan(
      RunSetup setup, ShardedData data, Workers workers, TrainState start, int chosenBefore) {
    RunConfig.Train train = config.train();
    if (train.localSteps() != RunConfig.Train.MEASURED) {
      return setup.plan();
    }
    if (chosenBefore > 0) {
      return setup.plan().withLocalSteps(chosenBefore);
    }
    LocalStepsChoice choice =
        LocalStepsChoice.measure(
            workers, start, setup.plan(), data.parallelism(), train.synchronisationShare());
    observer.onNote(
        String.format(
            Locale.ROOT,
            "train.local-steps = auto: %d, since a step takes %.2f ms and a meeting %.1f ms"
                + " (%.0f %% of the time)",
            choice.localSteps(),
            choice.stepNanos() / 1e6,
            choice.roundNanos() / 1e6,
            100 * choice.share()));
    return setup.plan().withLocalSteps(choice.localSteps());
  }

  private RunResult train(
      ShardedData data,
      Workers workers,
      RunSetup setup,
      TrainingPlan plan,
      RunDirectory directory,
      CheckpointStore store,
      FirstState start,
      boolean hasTest)
      throws IOException {
    boolean higherIsBetter = setup.metric().higherIsBetter();
    String metric = setup.checkpointMetric();
    CheckpointWriter writer =
        store.writer(Retention.lastAndBest(config.checkpoint().keep(), metric, higherIsBetter));
    Throughput throughput = new Throughput(start.look(), plan.totalSteps());
    TimeAccount account = new TimeAccount(data.parallelism());
    MemoryAccount memory = new MemoryAccount();
    LastEvaluation last = new LastEvaluation();
    TrainState end;
    try (MetricsLog metrics = directory.metrics(start.steps());
        CheckpointKeeper keeper =
            new CheckpointKeeper(
                writer,
                setup.checkpoints(),
                plan,
                setup.stopping(),
                config.checkpoint().everyRounds(),
                startOnDisk(start))) {
      observer.onStart(plan, start.look());
      TrainingLoop loop =
          new TrainingLoop(
              plan,
              workers,
              setup.validates(),
              setup.stopping(),
              List.of(throughput, account, memory, last, metrics, keeper, observer));
      try {
        end = loop.run(start::take);
      } finally {
        observer.onEnd();
      }
      keeper.save(end);
      account.summary().ifPresent(observer::onNote);
      if (onSpark()) {
        account
            .oneMachine(Runtime.getRuntime().availableProcessors(), setup.spec().workers())
            .ifPresent(observer::onNote);
      }
      if (setup.validates() && last.step != end.steps()) {
        last.onEvaluation(
            end, DataPart.VALIDATION, workers.evaluate(DataPart.VALIDATION, end.parameters()));
      }
      if (hasTest) {
        Evaluation test = workers.evaluate(DataPart.TEST, end.parameters());
        metrics.onEvaluation(end, DataPart.TEST, test);
        last.test = test.metrics();
      }
    }
    long best = store.best(metric, higherIsBetter).map(checkpoint -> checkpoint.step()).orElse(-1L);
    RunResult result =
        new RunResult(
            directory.display(),
            end.steps(),
            end.rounds(),
            end.epoch(),
            end.examples(),
            throughput.examplesPerSecond(),
            plan.localSteps(),
            account.computeShare(),
            account.bytesUp(),
            account.bytesDown(),
            FloatVector.sha256(end.parameters()),
            last.validation,
            last.test,
            best,
            memory.memory());
    directory.writeResult(result);
    observer.onNote(onSpark() ? result.memory().ofCluster() : result.memory().ofOneProcess());
    return result;
  }

  private boolean onSpark() {
    return config.compute().workers() == RunConfig.Compute.WorkerKind.SPARK;
  }

  private static long startOnDisk(FirstState start) {
    return start.steps() == 0 ? -1 : start.steps();
  }

  private static final class LastEvaluation implements io.centroid.train.TrainingListener {
    private long step = -1;
    private Map<String, Double> validation = Map.of();
    private Map<String, Double> test = Map.of();

    @Override
    public void onEvaluation(TrainState state, DataPart part, Evaluation evaluation) {
      step = state.steps();
      validation = evaluation.metrics();
    }
  }
}

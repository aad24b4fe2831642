package io.centroid.run;

import io.centroid.InputException;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterClaim;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.model.ModelJson;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.StoredNetwork;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.run.data.DataSources;
import io.centroid.run.data.DataSurvey;
import io.centroid.train.EarlyStopping;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;

/**
 * One run of {@code train}: reads the shards, opens or resumes the run's folder, trains, evaluates
 * on the test data and leaves checkpoints, metrics and result behind. Nothing is written before
 * configuration and data have proved good.
 */
public final class TrainingRun {
  private final RunConfig config;
  private final HadoopFiles files;
  private final Engines engines;
  private final Function<ShardSpec, ShardedData> cluster;
  private final RunObserver observer;

  /**
   * A run.
   *
   * @param engines those that {@code compute.engine} chooses from
   * @param cluster deals a data set to workers: on Spark, or on threads
   * @throws InputException if there is no engine of the name that {@code compute.engine} has
   */
  public TrainingRun(
      RunConfig config,
      HadoopFiles files,
      Engines engines,
      Function<ShardSpec, ShardedData> cluster,
      RunObserver observer) {
    this.config = config;
    this.files = files;
    this.engines = engines.choose(config.compute().engine());
    this.cluster = cluster;
    this.observer = observer;
  }

  /**
   * Trains to the end of the plan.
   *
   * @throws InputException if configuration, data or run.dir cannot be used; nothing was written
   *     then
   * @throws io.centroid.checkpoint.lease.LeaseHeldException if another process writes run.dir;
   *     nothing was written then
   * @throws io.centroid.train.DivergedException if training left the finite numbers
   */
  public RunResult execute() throws IOException {
    ResolvedNetwork network = ResolvedNetwork.of(config, files, engines);
    network.stored().ifPresent(stored -> observer.onNote(stored.description()));
    RunConfig.Data dataConfig = config.data().withBlock(network.block(config.data().block()));
    DataSources sources =
        DataSources.of(
            dataConfig, config.model().loss(), files, TextTokenizer.of(config, files, engines));
    DataSurvey.requireLabels(sources);
    RunDirectory directory = RunDirectory.of(files, config.run().dir());
    CheckpointStore store = store(directory);
    WriterClaim claim =
        store.claim(new LeaseTerms(config.checkpoint().leaseTimeout(), observer::onNote));
    claim.requireFree();
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
      Architecture architecture = network.architecture(vocabulary);
      RunSetup setup =
          RunSetup.of(
              config,
              architecture,
              engines.engine(architecture),
              survey,
              dataKeys(dataConfig, sources.classNames()),
              vocabulary == null ? Map.of() : vocabulary.files());
      long highest = store.highestStep();
      StartingPoint start = startingPoint(store, setup, sources, network.stored());
      if (start.resumed()) {
        Optional<RunResult> result = finished(directory, setup, start.state().look());
        if (result.isPresent()) {
          return result.get();
        }
      }
      directory.create();
      try (CheckpointWriter writer =
          directory.beforeTheStart(() -> store.writer(claim, retention(setup)))) {
        if (store.highestStep() != highest) {
          // The writer that was overtaken committed once more before its folder was swept.
          start = startingPoint(store, setup, sources, network.stored());
        }
        start.notes().forEach(observer::onNote);
        directory.writeConfiguration(config.effective());
        RunExecution execution =
            new RunExecution(
                config,
                setup,
                data,
                directory,
                store,
                observer,
                () -> startingPoint(store, setup, sources, network.stored()).state());
        TrainingPlan plan = execution.plan(start.state().look(), start.localSteps());
        return execution.run(plan, start.state(), sources.hasTest(), writer);
      }
    }
  }

  private Retention retention(RunSetup setup) {
    return Retention.lastAndBest(
        config.checkpoint().keep(), setup.checkpointMetric(), setup.metric().higherIsBetter());
  }

  private StartingPoint startingPoint(
      CheckpointStore store, RunSetup setup, DataSources sources, Optional<StoredNetwork> stored)
      throws IOException {
    setup.stopping().restore(EarlyStopping.FRESH); // A run that is rolled back has used it.
    Optional<LoadedCheckpoint> newest = store.loadNewest();
    if (newest.isPresent()) {
      return StartingPoint.at(newest.get(), setup);
    }
    if (stored.isPresent()) {
      return StartingPoint.from(stored.get(), files, setup);
    }
    String other = config.model().initFrom();
    return other.isEmpty()
        ? StartingPoint.fresh(setup)
        : StartingPoint.from(other, files, setup, sources, engines);
  }

  /** The result of a run that has nothing left to do. */
  private Optional<RunResult> finished(RunDirectory directory, RunSetup setup, TrainState state)
      throws IOException {
    if (!setup.plan().isFinished(state) && !setup.stopping().isReached()) {
      return Optional.empty();
    }
    Optional<RunResult> result =
        directory.result(FloatVector.sha256(state.parameters()), observer::onNote);
    if (result.isPresent()) {
      observer.onNote(directory.display() + " is finished; its result:");
    }
    return result;
  }

  /**
   * The data's keys as checkpoints keep them: its place in full, so that it is found from any
   * working directory, and the classes that were found in it.
   */
  private Map<String, String> dataKeys(RunConfig.Data data, List<String> classNames) {
    Map<String, String> keys = new TreeMap<>(config.dataKeys());
    keys.put("data.block", Integer.toString(data.block()));
    if (!classNames.isEmpty()) {
      keys.put(TrainedModel.LABELS, ModelJson.names(classNames));
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
    if (survey.cut() > 0) {
      observer.onNote(
          String.format(
              "%,d texts are longer than data.block = %,d tokens and are cut to their first",
              survey.cut(), training.shape().size()));
    }
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
}

package io.centroid.run;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterClaim;
import io.centroid.config.RunConfig;
import io.centroid.data.Split;
import io.centroid.device.Device;
import io.centroid.encryption.KeyCheck;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.evaluate.Evaluation;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.privacy.NoiseKey;
import io.centroid.run.data.DataSources;
import io.centroid.run.data.DataSurvey;
import io.centroid.run.device.DeviceChoice;
import io.centroid.run.metrics.LastEvaluations;
import io.centroid.run.metrics.MetricsLog;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RunEnvironment;
import io.centroid.run.metrics.RunMemory;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.DivergedException;
import io.centroid.train.DivergenceCheck;
import io.centroid.train.LocalStepsChoice;
import io.centroid.train.OutlierRule;
import io.centroid.train.Rollback;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.Workers;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One run of {@code train}: reads the shards, opens or resumes the run's folder, trains, evaluates
 * on the test data, and writes checkpoints, metrics and the result. Nothing is written before
 * configuration and data are validated.
 */
public final class TrainingRun {
  private final RunConfig config;
  private final HadoopFiles files;
  private final Engines engines;
  private final Function<ShardSpec, ShardedData> cluster;
  private final RunObserver observer;
  private final List<RunReporter.Factory> reporters;
  private final long startedNanos = System.nanoTime();

  /**
   * Creates a run.
   *
   * @param engines engines from which {@code compute.engine} selects
   * @param cluster splits a data set into shards, on Spark or on threads
   * @throws InputException if there is no engine of the name {@code compute.engine}, it does not
   *     compute on {@code compute.device}, or this process does not use the kernels {@code
   *     compute.cpu-kernels}
   */
  public TrainingRun(
      RunConfig config,
      HadoopFiles files,
      Engines engines,
      Function<ShardSpec, ShardedData> cluster,
      RunObserver observer) {
    this(config, files, engines, cluster, observer, List.of());
  }

  /** As above, with reporters that receive the run's metrics. */
  public TrainingRun(
      RunConfig config,
      HadoopFiles files,
      Engines engines,
      Function<ShardSpec, ShardedData> cluster,
      RunObserver observer,
      List<RunReporter.Factory> reporters) {
    this.config = config;
    this.files = config.withKeys(files);
    this.reporters = List.copyOf(reporters);
    Engines chosen = engines.choose(config.compute().engine());
    this.engines =
        config.compute().device() == RunConfig.Compute.DeviceKind.CUDA
            ? chosen.on(Device.Kind.CUDA)
            : chosen;
    config.compute().cpuKernels().ifPresent(CpuKernels::require);
    this.cluster = cluster;
    this.observer = observer;
  }

  /**
   * Trains to the end of the plan.
   *
   * @throws InputException if configuration, data or run.dir cannot be used; nothing is written
   *     then
   * @throws io.centroid.checkpoint.lease.LeaseHeldException if another process writes run.dir;
   *     nothing is written then
   * @throws LeaseLostException if another process took the run's lease
   * @throws DivergedException if training diverged and is not rolled back
   */
  public RunResult execute() throws IOException {
    return executeUntil(Integer.MAX_VALUE).result().orElseThrow();
  }

  /**
   * Trains until an epoch is completed, or to the end of the plan if that is earlier. There the run
   * pauses: its checkpoint is saved, and it has no result yet. Executed again, it resumes from the
   * checkpoint, and is bitwise identical to a run that never paused.
   *
   * @param epoch number of completed epochs at which the run pauses
   * @throws InputException as {@link #execute}, or if the run was trained beyond that epoch
   */
  public RunProgress executeUntil(int epoch) throws IOException {
    KeyCheck.require(files.configuration());
    ResolvedNetwork network = ResolvedNetwork.of(config, files, engines);
    network.stored().ifPresent(stored -> observer.onNote(stored.description()));
    RunDirectory directory = RunDirectory.of(config, files, observer::onNote);
    directory.requireOwn();
    CheckpointStore store = directory.checkpoints();
    DataSources sources = sources(config, files, engines, network, store);
    sources.notes().forEach(observer::onNote);
    WriterClaim claim =
        store.claim(new LeaseTerms(config.checkpoint().leaseTimeout(), observer::onNote));
    claim.requireFree();
    LearnerFactory engine = engines.engine(network.architecture(sources.vocabulary()));
    NoiseKey noiseKey = RunSetup.noiseKey(config, files, engine);
    try (ShardedData data = cluster.apply(shards(sources))) {
      DeviceChoice device =
          DeviceChoice.examine(
              device(store, engine),
              engine,
              config.compute().precision(),
              data::gpus,
              observer::onNote,
              observer::onDetail);
      DataSurvey survey = DataSurvey.of(config, sources, data);
      survey.notes().forEach(observer::onNote);
      observer.onDetail(survey.placement(data));
      RunSetup setup =
          RunSetup.of(config, files, engines, device, network, sources, survey, noiseKey);
      setup.targetNote(config).ifPresent(observer::onNote);
      setup.privacyNotes().forEach(observer::onNote);
      long highest = store.highestStep();
      StartingPoint start = startingPoint(store, setup, data);
      if (start.resumed()) {
        observer.onSaved(directory.display(), start.state().steps());
      }
      Optional<RunResult> result = finished(directory, setup, start);
      if (result.isPresent()) {
        Map<String, String> environment = RunEnvironment.of(setup.spec().network(), data);
        Reporting.complete(
            reporters,
            reported(directory, setup, setup.plan(), start, environment),
            start.state(),
            observer);
        return RunProgress.finished(setup.metric(), result.get(), setup.untrainedLoss(survey));
      }
      directory.create();
      try (CheckpointWriter writer =
          directory.beforeTheStart(
              () ->
                  store.writer(
                      claim,
                      setup.retention(),
                      step -> observer.onSaved(directory.display(), step)))) {
        if (store.highestStep() != highest) {
          // The writer that lost its lease committed another checkpoint meanwhile.
          start = startingPoint(store, setup, data);
        }
        start.notes().forEach(observer::onNote);
        observer.onSaved(directory.display(), start.resumed() ? start.state().steps() : -1);
        directory.writeConfiguration(effective(setup));
        try {
          return train(setup, survey, data, directory, writer, start, epoch);
        } catch (IOException | RuntimeException e) {
          writer.lease().checkAfter(e);
          throw e;
        }
      }
    }
  }

  /** {@code compute.device}; if it is auto in a run that is resumed, the device that was chosen. */
  private RunConfig.Compute.DeviceKind device(CheckpointStore store, LearnerFactory engine)
      throws IOException {
    RunConfig.Compute.DeviceKind configured = config.compute().device();
    if (configured != RunConfig.Compute.DeviceKind.AUTO) {
      return configured;
    }
    if (engine.gpus().isEmpty()) {
      engines.available().stream()
          .filter(other -> other.gpus().isPresent())
          .findFirst()
          .ifPresent(
              other ->
                  observer.onNote(
                      "compute.engine = "
                          + engine.name()
                          + " computes on CPUs; on GPUs computes compute.engine = "
                          + other.name()));
      return configured;
    }
    Optional<StoredCheckpoint> newest = store.newestModel();
    if (newest.isEmpty()) {
      return configured;
    }
    boolean onGpus = newest.get().manifest().snapshot().versions().containsKey(NetworkSpec.DEVICE);
    observer.onNote(
        "compute.device = auto: "
            + (onGpus ? "cuda" : "cpu")
            + ", as in the checkpoint that is resumed");
    return onGpus ? RunConfig.Compute.DeviceKind.CUDA : RunConfig.Compute.DeviceKind.CPU;
  }

  /** The configuration in force, with the device that was chosen. */
  private String effective(RunSetup setup) {
    return config
        .withDeviceInForce(
            switch (setup.spec().device()) {
              case CPU -> RunConfig.Compute.DeviceKind.CPU;
              case CUDA -> RunConfig.Compute.DeviceKind.CUDA;
            })
        .effective();
  }

  /** The data, with the columns of the model that the run starts or resumes from. */
  static DataSources sources(
      RunConfig config,
      HadoopFiles files,
      Engines engines,
      ResolvedNetwork network,
      CheckpointStore store)
      throws IOException {
    RunConfig.Data data = config.data().withBlock(network.block(config.data().block()));
    String initFrom = config.model().initFrom();
    if (data.format() == RunConfig.Data.Format.CSV
        && data.csv().known() == null
        && !initFrom.isEmpty()
        && network.stored().isEmpty()) {
      // The parameters belong to the columns and classes of that model, or of the run that began.
      String model = store.newestModel().map(found -> found.path().toString()).orElse(initFrom);
      data = data.withTable(TrainedModel.load(files, model, false, engines).table());
    }
    TextTokenizer tokenizer = TextTokenizer.of(config, files, engines);
    DataSources sources = DataSources.of(data, config.model().loss(), files, tokenizer);
    sources.requireTargets(Split.TRAIN);
    return sources;
  }

  private ShardSpec shards(DataSources sources) {
    RunConfig.Train train = config.train();
    return new ShardSpec(
        sources.source(), train.seed(), config.data().validationSplit(), train.workers());
  }

  private StartingPoint startingPoint(CheckpointStore store, RunSetup setup, ShardedData data)
      throws IOException {
    return StartingPoint.find(store, setup, data, config.model().initFrom(), files, engines);
  }

  /** The result of a run that is already finished. */
  private Optional<RunResult> finished(RunDirectory directory, RunSetup setup, StartingPoint start)
      throws IOException {
    TrainState state = start.state();
    boolean done = setup.plan().isFinished(state) || setup.stopping().isReached();
    if (!start.resumed() || !done) {
      return Optional.empty();
    }
    Optional<RunResult> result =
        directory.result(FloatVector.sha256(state.parameters()), observer::onNote);
    if (result.isPresent()) {
      observer.onNote(directory.display() + " is finished; its result:");
      warn(result.get());
    }
    return result;
  }

  private void warn(RunResult result) {
    String warning = result.warning();
    if (warning != null) {
      observer.onWarning(warning);
    }
  }

  /** Trains, evaluates and writes the result, unless the run pauses before its end. */
  private RunProgress train(
      RunSetup setup,
      DataSurvey survey,
      ShardedData data,
      RunDirectory directory,
      CheckpointWriter writer,
      StartingPoint start,
      int epoch)
      throws IOException {
    RunConfig.Divergence divergence = config.train().divergence();
    Workers workers = data.workers(setup.spec(), setup.outerStep());
    int parallelism = data.parallelism(setup.spec().device());
    TrainingPlan plan = plan(setup, workers, parallelism, start);
    long lastStep = lastStep(plan, start.state(), epoch, directory);
    RunStatistics statistics = new RunStatistics(plan, start.state(), parallelism, setup.privacy());
    BaselineWarning warning =
        new BaselineWarning(
            config, survey.training(), survey.classNames(), setup.spec().normalization());
    LastEvaluations evaluations = new LastEvaluations();
    Map<String, String> environment = RunEnvironment.of(setup.spec().network(), data);
    try (MetricsLog log =
            directory.beforeTheStart(() -> directory.metrics(start.state(), observer::onNote));
        CheckpointingListener checkpoints =
            new CheckpointingListener(
                writer,
                setup.checkpoints(),
                plan,
                setup.stopping(),
                CheckpointSchedule.of(config),
                start.state(),
                observer::onNote);
        Reporting reporting =
            new Reporting(
                log,
                reporters,
                reported(directory, setup, plan, start, environment),
                start.state(),
                parallelism,
                checkpoints::waitedNanos,
                setup.privacy(),
                observer)) {
      KernelsListener kernels =
          new KernelsListener(
              setup.spec().network().kernels(), config.compute().cpuKernels(), observer::onNote);
      // First, so that no checkpoint of a round with other kernels than the pinned ones is written.
      List<TrainingListener> listeners =
          List.of(kernels, statistics, warning, evaluations, reporting, checkpoints, observer);
      TrainingLoop loop =
          new TrainingLoop(
              plan,
              workers,
              setup.validates(),
              setup.stopping(),
              new OutlierRule(divergence.outlierFactor()),
              listeners);
      Recovery recovery =
          new Recovery(
              divergence,
              () -> startingPoint(directory.checkpoints(), setup, data),
              checkpoints,
              listeners,
              observer);
      TrainState end = trainTo(lastStep, loop, plan, start, checkpoints, recovery);
      statistics.notes(onSpark(), config.train().workers()).forEach(observer::onDetail);
      if (setup.validates() && !statistics.isValidated(end)) {
        Evaluation validation = evaluate(workers, EvaluationSet.VALIDATION, end);
        statistics.onEvaluation(end, EvaluationSet.VALIDATION, validation);
        warning.onEvaluation(end, EvaluationSet.VALIDATION, validation);
        evaluations.onEvaluation(end, EvaluationSet.VALIDATION, validation);
      }
      if (!plan.isFinished(end) && !setup.stopping().isReached()) {
        checkpoints.awaitSaved();
        writer.lease().check();
        reporting.onPause();
        return RunProgress.paused(
            setup.metric(), end, statistics.validation(), setup.untrainedLoss(survey));
      }
      if (setup.sources().hasTest()) {
        Evaluation test = evaluate(workers, EvaluationSet.TEST, end);
        reporting.onEvaluation(end, EvaluationSet.TEST, test);
        statistics.onEvaluation(end, EvaluationSet.TEST, test);
        warning.onEvaluation(end, EvaluationSet.TEST, test);
        evaluations.onEvaluation(end, EvaluationSet.TEST, test);
      }
      checkpoints.awaitSaved();
      log.close();
      RunResult result =
          statistics.result(
              directory.display(),
              end,
              setup.bestStep(directory.checkpoints()),
              plan.isFinished(end) ? null : setup.stopping().reason(),
              warning.text(),
              (System.nanoTime() - startedNanos) / 1e9);
      writer.lease().check();
      writeRecord(
          directory,
          evaluations.record(
              environment,
              setup.sources().classNames(),
              setup.spec().network().input(),
              reporting.texts()));
      directory.writeResult(result);
      reporting.onResult(result);
      warn(result);
      RunMemory memory = result.memory();
      observer.onDetail(onSpark() ? memory.ofCluster() : memory.ofOneProcess());
      return RunProgress.finished(setup.metric(), result, setup.untrainedLoss(survey));
    }
  }

  /** Before the result, which marks the run as finished; without the record it is finished, too. */
  private void writeRecord(RunDirectory directory, RunRecord record) {
    try {
      directory.writeRecord(record);
    } catch (IOException | UncheckedIOException e) {
      observer.onWarning(RunRecord.FILE + ": " + StorageFailure.reason(e));
    }
  }

  /** The step at which the run pauses. */
  private long lastStep(TrainingPlan plan, TrainState start, int epoch, RunDirectory directory) {
    long step = (long) epoch * plan.stepsPerEpoch();
    if (start.steps() > step) {
      throw new InputException(
          directory.display()
              + " is to pause after epoch "
              + epoch
              + ", but was trained beyond it, to step "
              + start.steps()
              + "; move the folder away to train it again");
    }
    return step;
  }

  private ReportedRun reported(
      RunDirectory directory,
      RunSetup setup,
      TrainingPlan plan,
      StartingPoint start,
      Map<String, String> environment) {
    return new ReportedRun(
        config,
        effective(setup),
        files,
        directory.path(),
        setup.spec().network(),
        setup.layout(),
        setup.spec().normalization(),
        setup.sources().classNames(),
        setup.sources().vocabulary(),
        plan,
        start.state().steps(),
        environment,
        observer::onNote);
  }

  /** Runs the loop to a step, with rollbacks, and starts saving the last state. */
  private TrainState trainTo(
      long lastStep,
      TrainingLoop loop,
      TrainingPlan plan,
      StartingPoint start,
      CheckpointingListener checkpoints,
      Recovery recovery)
      throws IOException {
    StartingPoint next = start;
    while (true) {
      List<Rollback> rollbacks = next.state().history().rollbacks();
      observer.onStart(plan, next.state());
      try {
        TrainState end;
        try {
          end = loop.run(next.take(), lastStep);
        } finally {
          observer.onEnd();
        }
        checkpoints.save(end);
        return end;
      } catch (DivergedException e) {
        next = recovery.rollBack(rollbacks, e);
      }
    }
  }

  /** The plan, with its local steps measured if neither configuration nor checkpoint sets them. */
  private TrainingPlan plan(RunSetup setup, Workers workers, int parallelism, StartingPoint start) {
    RunConfig.Train train = config.train();
    if (train.localSteps() != RunConfig.Train.MEASURED) {
      return setup.plan();
    }
    if (start.localSteps() > 0) {
      return setup.plan().withLocalSteps(start.localSteps());
    }
    LocalStepsChoice choice =
        LocalStepsChoice.measure(
            workers, start.state(), setup.plan(), parallelism, train.communicationShare());
    observer.onDetail("train.local-steps = auto: " + choice.description());
    return setup.plan().withLocalSteps(choice.localSteps());
  }

  private static Evaluation evaluate(Workers workers, EvaluationSet part, TrainState state) {
    Evaluation evaluation = workers.evaluate(part, state.parameters());
    DivergenceCheck.requireFiniteLoss(state, part, evaluation);
    return evaluation;
  }

  private boolean onSpark() {
    return config.compute().workers() == RunConfig.Compute.WorkerKind.SPARK;
  }
}

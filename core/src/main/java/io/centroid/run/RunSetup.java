package io.centroid.run;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.StatisticsOuterStep;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.data.corpus.CorpusManifest;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.model.TrainedModel;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.LinearOutput;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.StoredNetwork;
import io.centroid.optim.OptimizerSettings;
import io.centroid.privacy.DpSgd;
import io.centroid.privacy.NoiseKey;
import io.centroid.privacy.PrivacyAccount;
import io.centroid.run.data.DataProvenance;
import io.centroid.run.data.DataSources;
import io.centroid.run.data.DataSurvey;
import io.centroid.run.device.DeviceChoice;
import io.centroid.security.SecretReference;
import io.centroid.security.SecretResolver;
import io.centroid.train.EarlyStopping;
import io.centroid.train.Metric;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.WorkerSpec;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The setup of a run, determined by configuration and data together.
 *
 * @param stored network's file, if it is in an engine's own format
 * @param metric metric by which evaluations are compared
 * @param validates whether there are validation examples
 * @param privacy account of the privacy loss; null without differential privacy
 */
record RunSetup(
    DataSources sources,
    Optional<StoredNetwork> stored,
    WorkerSpec spec,
    ParameterLayout layout,
    OuterStep outerStep,
    TrainingPlan plan,
    Metric metric,
    EarlyStopping stopping,
    RunCheckpoints checkpoints,
    Retention retention,
    boolean validates,
    @Nullable PrivacyAccount privacy) {

  /**
   * Creates the setup.
   *
   * @param device places the network on its devices
   * @param noiseKey key of a private run; null without differential privacy
   * @throws InputException if network and data do not fit each other
   */
  static RunSetup of(
      RunConfig config,
      HadoopFiles files,
      Engines engines,
      DeviceChoice device,
      ResolvedNetwork network,
      DataSources sources,
      DataSurvey survey,
      @Nullable NoiseKey noiseKey) {
    DataSummary training = survey.training();
    RunConfig.Train train = config.train();
    Vocabulary vocabulary = sources.vocabulary();
    Architecture architecture = network.architecture(vocabulary);
    LearnerFactory engine = engines.engine(architecture);
    engine.require(config.compute().precision());
    TrainingPlan plan = plan(train, training);
    PrivacyAccount privacy = noiseKey == null ? null : privacy(config, training, noiseKey);
    WorkerSpec spec =
        spec(
            config,
            architecture,
            engine,
            device,
            survey,
            plan,
            privacy == null ? null : privacy.settings());
    ParameterLayout layout = spec.network().layout();
    requireVector(layout);
    OuterStep outerStep = StatisticsOuterStep.around(config.outer(), layout);
    Metric metric = metric(config, architecture);
    RunCheckpoints checkpoints =
        new RunCheckpoints(
            files,
            spec,
            plan,
            layout,
            outerStep.stateNames(),
            metric,
            config.run().trajectory(),
            config.run().trajectoryHash(),
            dataKeys(config, files, network, sources),
            training,
            // A hash of private data would confirm what they are.
            noiseKey == null ? training.sha256() : noiseKey.digest(training.sha256()),
            sources.table(),
            provenance(config, files, noiseKey),
            vocabulary == null ? Map.of() : vocabulary.files(),
            privacy);
    return new RunSetup(
        sources,
        network.stored(),
        spec,
        layout,
        outerStep,
        plan,
        metric,
        new EarlyStopping(metric, train.patience(), train.minimumGain()),
        checkpoints,
        Retention.lastAndBest(
            config.checkpoint().keep(), checkpointMetric(metric), metric.higherIsBetter()),
        training.validation() > 0,
        privacy);
  }

  private static void requireVector(ParameterLayout layout) {
    if (layout.parameterCount() > ResolvedNetwork.MOST_PARAMETERS) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "model must have at most %,d parameters: %,d",
              ResolvedNetwork.MOST_PARAMETERS,
              layout.parameterCount()));
    }
  }

  /** About the loss of an untrained network on the data. */
  double untrainedLoss(DataSurvey survey) {
    return BaselineWarning.untrainedLoss(
        spec.network().loss(), spec.network().outputs(), survey.training(), spec.normalization());
  }

  /** Random initial parameters. */
  float[] initialParameters() {
    return spec.network().engine().initialParameters(spec.network());
  }

  /** Step of the best checkpoint by the run's metric; null if none was evaluated. */
  @Nullable Long bestStep(CheckpointStore store) throws IOException {
    return store
        .best(checkpointMetric(metric), metric.higherIsBetter())
        .map(StoredCheckpoint::step)
        .orElse(null);
  }

  /** Name in manifests of the metric by which checkpoints are compared. */
  private static String checkpointMetric(Metric metric) {
    return "validation." + metric.key();
  }

  /**
   * The data keys for checkpoints, with the qualified path, so that it is valid in any working
   * directory, and the class names found in the data.
   */
  private static Map<String, String> dataKeys(
      RunConfig config, HadoopFiles files, ResolvedNetwork network, DataSources sources) {
    Map<String, String> keys = new TreeMap<>(config.dataKeys());
    keys.put("data.block", Integer.toString(network.block(config.data().block())));
    if (sources.vocabulary() != null && !sources.classNames().isEmpty()) {
      keys.put(TrainedModel.LABELS, Json.line(sources.classNames()));
    }
    String place = config.data().path();
    if (!place.isEmpty()) {
      Path path = files.path(place);
      keys.put("data.path", files.fileSystem(path).makeQualified(path).toString());
    }
    return keys;
  }

  private static TrainingPlan plan(RunConfig.Train train, DataSummary training) {
    int stepsPerEpoch =
        Math.max(
            1,
            Math.toIntExact(
                ((long) training.largestShard() + train.batchSize() - 1) / train.batchSize()));
    long totalSteps = train.steps() > 0 ? train.steps() : (long) train.epochs() * stepsPerEpoch;
    return new TrainingPlan(Math.max(1, train.localSteps()), stepsPerEpoch, totalSteps);
  }

  private static WorkerSpec spec(
      RunConfig config,
      Architecture architecture,
      LearnerFactory engine,
      DeviceChoice device,
      DataSurvey survey,
      TrainingPlan plan,
      @Nullable DpSgd privacy) {
    RunConfig.Train train = config.train();
    DataSummary training = survey.training();
    NetworkSpec network =
        new NetworkSpec(
            architecture,
            training.shape(),
            survey.outputs(config, architecture),
            config.model().loss(),
            train.seed(),
            engine);
    OptimizerSettings optimizer =
        config.optimizer().settings(plan.stepsPerEpoch(), plan.totalSteps());
    return new WorkerSpec(
        device.place(network, optimizer.stateNames().size(), train.batchSize()),
        normalization(config, network, training),
        optimizer,
        train.innerState(),
        config.average().codec(),
        train.workers(),
        train.batchSize(),
        train.seed(),
        privacy);
  }

  /**
   * The key of a differentially private run; null if it is none.
   *
   * @throws InputException if the engine cannot train privately, or the secret does not exist
   */
  static @Nullable NoiseKey noiseKey(RunConfig config, HadoopFiles files, LearnerFactory engine) {
    RunConfig.Privacy privacy = config.privacy();
    if (!privacy.isOn()) {
      return null;
    }
    if (!(engine instanceof CpuEngine)) {
      throw new InputException(
          "privacy.clip-norm must be 0 unless compute.engine is cpu (model.name = mlp or gpt2): "
              + privacy.clipNorm()
              + " with the engine "
              + engine.name());
    }
    SecretResolver secrets = new SecretResolver(files.configuration());
    return NoiseKey.of(
        config.train().seed(),
        SecretReference.parse(privacy.noiseKey())
            .map(reference -> secrets.resolve("privacy.noise-key", reference).reveal())
            .orElse(null));
  }

  /**
   * Provenance of the data; without the hash of private data, which would confirm what they are.
   */
  private static Map<String, String> provenance(
      RunConfig config, HadoopFiles files, @Nullable NoiseKey noiseKey) {
    Map<String, String> known = DataProvenance.of(config.data(), files);
    if (noiseKey != null) {
      known.remove(CorpusManifest.HASH);
    }
    return known;
  }

  /**
   * The account of a differentially private run, whose workers sample each example with the same
   * probability. Settings and data are part of the key.
   *
   * @throws InputException if delta permits to publish an example
   */
  private static PrivacyAccount privacy(RunConfig config, DataSummary training, NoiseKey noiseKey) {
    RunConfig.Privacy privacy = config.privacy();
    RunConfig.Train train = config.train();
    if (privacy.delta() * training.train() >= 1) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "privacy.delta must be below 1 / %,d, the number of training examples: %s",
              training.train(),
              privacy.delta()));
    }
    return new PrivacyAccount(
        new DpSgd(
            privacy.clipNorm(),
            privacy.noiseMultiplier(),
            DpSgd.samplingRate(train.workers(), train.batchSize(), training.train()),
            train.batchSize(),
            noiseKey.derive(config.run().trajectoryHash() + training.sha256())),
        privacy.delta());
  }

  /** What a user of differential privacy must know before the run. */
  List<String> privacyNotes() {
    return privacy == null ? List.of() : privacy.notes(plan.totalSteps());
  }

  private static Normalization normalization(
      RunConfig config, NetworkSpec network, DataSummary training) {
    if (network.architecture() instanceof Architecture.Gpt2) {
      return Normalization.NONE;
    }
    Normalization features = Normalization.of(config.data().normalization(), training);
    if (!wantsScaledTargets(config) || LinearOutput.of(network).isEmpty()) {
      return features;
    }
    return features.withTargets(
        TargetScaling.of(config.data().targetNormalization(), training.targets()));
  }

  private static boolean wantsScaledTargets(RunConfig config) {
    return config.model().loss() == Loss.MEAN_SQUARED_ERROR
        && config.data().targetNormalization() == TargetScaling.Method.STANDARDIZE;
  }

  /** That the targets stay unchanged although the configuration says otherwise, for the user. */
  Optional<String> targetNote(RunConfig config) {
    return wantsScaledTargets(config) && LinearOutput.of(spec.network()).isEmpty()
        ? Optional.of(
            "the targets are not standardized: the network is not known to end with a linear output"
                + " layer (identity activation, bias, squared error), which could predict them")
        : Optional.empty();
  }

  /** A regression has no accuracy. For a language model the loss is more informative. */
  private static Metric metric(RunConfig config, Architecture architecture) {
    if (architecture instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      return Metric.LOSS;
    }
    return switch (config.model().loss()) {
      case CROSS_ENTROPY, BINARY_CROSS_ENTROPY -> config.checkpoint().metric();
      case MEAN_SQUARED_ERROR -> Metric.LOSS;
    };
  }
}

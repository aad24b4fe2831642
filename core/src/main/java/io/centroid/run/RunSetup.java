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
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.model.TrainedModel;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.LinearOutput;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.StoredNetwork;
import io.centroid.optim.OptimizerSettings;
import io.centroid.run.data.DataSources;
import io.centroid.run.data.DataSurvey;
import io.centroid.run.device.DeviceChoice;
import io.centroid.train.EarlyStopping;
import io.centroid.train.Metric;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.WorkerSpec;
import java.io.IOException;
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
    boolean validates) {

  /**
   * Creates the setup.
   *
   * @param device places the network on its devices
   * @throws InputException if network and data do not fit each other
   */
  static RunSetup of(
      RunConfig config,
      HadoopFiles files,
      Engines engines,
      DeviceChoice device,
      ResolvedNetwork network,
      DataSources sources,
      DataSurvey survey) {
    DataSummary training = survey.training();
    RunConfig.Train train = config.train();
    Vocabulary vocabulary = sources.vocabulary();
    Architecture architecture = network.architecture(vocabulary);
    LearnerFactory engine = engines.engine(architecture);
    engine.require(config.compute().precision());
    TrainingPlan plan = plan(train, training);
    WorkerSpec spec = spec(config, architecture, engine, device, survey, plan);
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
            sources.table(),
            vocabulary == null ? Map.of() : vocabulary.files());
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
        training.validation() > 0);
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
      TrainingPlan plan) {
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
        train.seed());
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

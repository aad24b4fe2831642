package io.centroid.run;

import io.centroid.averaging.OuterStep;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.Normalisation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.run.data.DataSurvey;
import io.centroid.train.EarlyStopping;
import io.centroid.train.Metric;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.WorkerSpec;
import java.util.Map;

/**
 * What configuration and data together decide of a run.
 *
 * @param validates whether there are validation examples
 */
record RunSetup(
    WorkerSpec spec,
    ParameterLayout layout,
    OuterStep outerStep,
    TrainingPlan plan,
    Metric metric,
    EarlyStopping stopping,
    RunCheckpoints checkpoints,
    boolean validates) {

  /**
   * Sets a run up.
   *
   * @param dataKeys what a checkpoint keeps of the {@code data} keys
   * @param tokenizerFiles of a model of texts, to be kept beside the parameters
   */
  static RunSetup of(
      RunConfig config,
      Architecture architecture,
      LearnerFactory engine,
      DataSurvey survey,
      Map<String, String> dataKeys,
      Map<String, byte[]> tokenizerFiles) {
    DataSummary training = survey.training();
    RunConfig.Train train = config.train();
    TrainingPlan plan = plan(train, training);
    WorkerSpec spec = spec(config, architecture, engine, survey, plan);
    ParameterLayout layout = spec.network().layout();
    OuterStep outerStep = config.outer().create(layout);
    Metric metric = metric(config, architecture);
    RunCheckpoints checkpoints =
        new RunCheckpoints(
            spec,
            layout,
            outerStep.stateNames(),
            metric,
            config.run().trajectory(),
            config.run().trajectoryHash(),
            dataKeys,
            training,
            tokenizerFiles);
    return new RunSetup(
        spec,
        layout,
        outerStep,
        plan,
        metric,
        new EarlyStopping(metric, train.patience(), train.minimumGain()),
        checkpoints,
        training.validation() > 0);
  }

  /** The parameters of a run that starts from nothing. */
  float[] initialParameters() {
    try (Learner learner = spec.network().newLearner()) {
      float[] initial = new float[Math.toIntExact(layout.parameterCount())];
      learner.parameters().store(initial);
      return initial;
    }
  }

  /** Name of the metric by which checkpoints are compared, as manifests have it. */
  String checkpointMetric() {
    return "validation." + metric.key();
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
    return new WorkerSpec(
        network,
        architecture instanceof Architecture.Gpt2
            ? Normalisation.NONE
            : Normalisation.of(config.data().normalisation(), training),
        config.optimizer().settings(plan.stepsPerEpoch(), plan.totalSteps()),
        train.innerState(),
        config.average().codec(),
        train.workers(),
        train.batchSize(),
        train.seed());
  }

  /** A regression has no accuracy to compare, and a language model's says less than its loss. */
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

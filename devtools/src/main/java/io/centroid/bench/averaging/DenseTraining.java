package io.centroid.bench.averaging;

import io.centroid.averaging.MeanOuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.bench.BenchSettings;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.Normalization;
import io.centroid.data.Split;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.train.EarlyStopping;
import io.centroid.train.OutlierRule;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.Workers;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.WorkerSpec;
import java.util.List;

/**
 * Training of a network with one hidden layer by plain parameter averaging, as the benchmarks
 * measure it.
 *
 * @param spec settings of each worker
 * @param stepsPerEpoch local steps per epoch of the worker with the most examples
 * @param initial training state before the first step
 */
public record DenseTraining(
    WorkerSpec spec,
    Workers workers,
    ParameterLayout layout,
    int stepsPerEpoch,
    TrainState initial) {

  public static DenseTraining of(
      RunConfig config, ShardedData data, int workers, int hidden, int batchSize) {
    DataSummary summary = data.survey(Split.TRAIN);
    int stepsPerEpoch = Math.max(1, (summary.largestShard() + batchSize - 1) / batchSize);
    NetworkSpec network =
        new NetworkSpec(
            new Architecture.Mlp(List.of(hidden), Activation.RELU),
            summary.shape(),
            summary.classes(),
            Loss.CROSS_ENTROPY,
            BenchSettings.SEED);
    WorkerSpec spec =
        new WorkerSpec(
            network,
            Normalization.of(config.data().normalization(), summary),
            config.optimizer().settings(stepsPerEpoch, stepsPerEpoch),
            InnerStatePolicy.AVERAGE,
            Codec.of(Codec.Name.NONE, 1),
            workers,
            batchSize,
            BenchSettings.SEED);
    try (Learner learner = network.newLearner()) {
      float[] initial = new float[Math.toIntExact(learner.layout().parameterCount())];
      learner.parameters().store(initial);
      return new DenseTraining(
          spec,
          data.workers(spec, new MeanOuterStep()),
          learner.layout(),
          stepsPerEpoch,
          TrainState.initial(initial));
    }
  }

  /** Trains a number of rounds from a state and returns the state afterwards. */
  public TrainState run(TrainState from, int localSteps, int rounds, TrainingListener listener) {
    long end = from.steps() + (long) rounds * localSteps;
    return new TrainingLoop(
            new TrainingPlan(localSteps, stepsPerEpoch, end),
            workers,
            false,
            EarlyStopping.never(),
            OutlierRule.off(),
            List.of(listener))
        .run(from);
  }
}

package io.centroid.bench;

import io.centroid.average.Codec;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.Normalisation;
import io.centroid.data.Split;
import io.centroid.model.Activation;
import io.centroid.model.Architecture;
import io.centroid.model.Learner;
import io.centroid.model.Loss;
import io.centroid.model.NetworkSpec;
import io.centroid.model.ParameterLayout;
import io.centroid.optimize.MeanOuterStep;
import io.centroid.train.EarlyStopping;
import io.centroid.train.InnerStatePolicy;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.WorkerSpec;
import io.centroid.train.Workers;
import java.util.List;

/**
 * What the benchmarks train: a network with one hidden layer, plain averaging.
 *
 * @param spec what each worker does
 * @param stepsPerEpoch of the worker with the most examples
 * @param initial the parameters before the first step
 */
record DenseTraining(
    WorkerSpec spec,
    Workers workers,
    ParameterLayout layout,
    int stepsPerEpoch,
    TrainState initial) {

  static DenseTraining of(
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
            Normalisation.of(config.data().normalisation(), summary),
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

  /** So many rounds from a state on; returns the state after them. */
  TrainState run(TrainState from, int localSteps, int rounds, TrainingListener listener) {
    long end = from.steps() + (long) rounds * localSteps;
    return new TrainingLoop(
            new TrainingPlan(localSteps, stepsPerEpoch, end),
            workers,
            false,
            EarlyStopping.never(),
            List.of(listener))
        .run(from);
  }
}

package io.centroid.spark;

import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.train.EarlyStopping;
import io.centroid.train.LocalShardedData;
import io.centroid.train.OutlierRule;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerSpec;
import java.util.Arrays;
import java.util.List;

/** Rounds of a small regression, on two workers by default, with every kind of carried state. */
final class FaultyRounds {
  static final int WORKERS = 2;
  static final int ROUNDS = 8;

  /** Enough parameters for two slices. */
  private static final int HIDDEN = 1000;

  private FaultyRounds() {}

  static ShardSpec shards(FaultySource source) {
    return shards(source, WORKERS);
  }

  static ShardSpec shards(ExampleSource source, int workers) {
    return new ShardSpec(source, 5, 0, workers);
  }

  /** Expected parameters, from undisturbed rounds on local threads. */
  static float[] undisturbed() {
    try (ShardedData data = new LocalShardedData(shards(FaultySource.sound()), 2)) {
      return trained(data).parameters();
    }
  }

  static TrainState trained(ShardedData data, TrainingListener... listeners) {
    return trained(InnerStatePolicy.KEEP, data, listeners);
  }

  static TrainState trained(
      InnerStatePolicy policy, ShardedData data, TrainingListener... listeners) {
    return trained(spec(policy, WORKERS), data, listeners);
  }

  static TrainState trained(WorkerSpec spec, ShardedData data, TrainingListener... listeners) {
    float[] initial = new float[Math.toIntExact(spec.network().layout().parameterCount())];
    for (int i = 0; i < initial.length; i++) {
      initial[i] = (float) Math.sin(i * 0.7) * 0.05f;
    }
    OuterSettings.Name outer = OuterSettings.Name.NESTEROV;
    return new TrainingLoop(
            new TrainingPlan(1, 3, ROUNDS),
            data.workers(
                spec,
                new OuterSettings(outer, outer.defaultLearningRate(), 0.5, 0.9, 0.99, 1e-8)
                    .create(spec.network().layout())),
            false,
            EarlyStopping.never(),
            new OutlierRule(100),
            Arrays.asList(listeners))
        .run(TrainState.initial(initial));
  }

  static WorkerSpec spec() {
    return spec(InnerStatePolicy.KEEP, WORKERS);
  }

  static WorkerSpec spec(InnerStatePolicy policy, int workers) {
    return new WorkerSpec(
        new NetworkSpec(
            new Architecture.Mlp(List.of(HIDDEN), Activation.TANH),
            InputShape.row(4),
            1,
            Loss.MEAN_SQUARED_ERROR,
            5),
        new Normalization(new float[] {0}, new float[] {1}),
        new OptimizerSettings(
            OptimizerSettings.Name.NESTEROV.rule(0.5, 0, 0.9, 0.999, 1e-8),
            0.001,
            OptimizerSettings.LearningRateScaling.NONE,
            0,
            new LearningRateSchedule(0, new LearningRateSchedule.Constant())),
        policy,
        Codec.of(Codec.Name.INT8, 0.1),
        workers,
        8,
        5);
  }
}

package io.centroid.train;

import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.data.Normalization;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.data.TableSource;
import io.centroid.memory.PeakMemory;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.privacy.DpSgd;
import io.centroid.privacy.NoiseKey;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerSpec;
import io.centroid.train.worker.WorkerState;
import io.centroid.train.worker.WorkerTask;
import java.util.List;

/** Training of a network with a few weights, for all kinds of workers. */
final class SmallTraining {
  private SmallTraining() {}

  /** Runs the workers in the order of arrival, and aggregates in worker order. */
  static RoundResult inOrder(
      LocalShardedData data,
      WorkerSpec spec,
      OuterStep outerStep,
      Round round,
      List<Integer> arrival) {
    WorkerTask task = WorkerTask.of(spec, round);
    List<Shard> shards = data.shards(Split.TRAIN);
    CarriedState carried = round.start().carried();
    WorkerResult[] arrived = new WorkerResult[spec.workers()];
    for (int worker : arrival) {
      arrived[worker] =
          data.execution()
              .train(
                  spec,
                  task,
                  worker,
                  shards.get(worker),
                  SlicedState.of(round.start().parameters(), carried.shared()),
                  carried.workerStates().isEmpty()
                      ? WorkerState.EMPTY
                      : carried.workerStates().get(worker));
    }
    List<WorkerResult> results = List.of(arrived);
    RoundAggregation aggregation = RoundAggregation.aggregate(round, spec, outerStep, results);
    return new RoundResult(
        aggregation.parameters(),
        new CarriedState.InMemory(
            aggregation.shared(),
            spec.keepsWorkerState()
                ? results.stream().map(WorkerResult::state).toList()
                : List.of(),
            aggregation.outerState()),
        aggregation.totals().examples(),
        aggregation.totals().loss(),
        new RoundCost(0, 0, 0, 0, 0, 0, 0, aggregation.bytesUp()),
        PeakMemory.UNKNOWN,
        List.of());
  }

  static TrainState train(TrainingPlan plan, Workers workers, WorkerSpec spec) {
    return new TrainingLoop(
            plan, workers, false, EarlyStopping.never(), OutlierRule.off(), List.of())
        .run(start(spec));
  }

  static LocalShardedData data(int workers, int examplesOfEach) {
    TableSource source = new TableSource(workers * examplesOfEach, 1, 4, 3);
    return new LocalShardedData(new ShardSpec(source, 42, 0, workers), 2);
  }

  static TrainState start(WorkerSpec spec) {
    try (Learner learner = spec.network().newLearner()) {
      float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
      learner.parameters().store(parameters);
      return TrainState.initial(parameters);
    }
  }

  static OuterStep outerStep(WorkerSpec spec) {
    OuterSettings.Name name = OuterSettings.Name.NESTEROV;
    return new OuterSettings(name, name.defaultLearningRate(), 0.9, 0.9, 0.99, 1e-8)
        .create(spec.network().layout());
  }

  /** The same with differentially private steps. */
  static WorkerSpec privateSpec(int workers, InnerStatePolicy policy, Codec.Name codec) {
    WorkerSpec spec = spec(workers, policy, codec);
    return new WorkerSpec(
        spec.network(),
        spec.normalization(),
        spec.optimizer(),
        policy,
        spec.codec(),
        workers,
        spec.batchSize(),
        spec.seed(),
        new DpSgd(
            0.3,
            0.7,
            0.02,
            spec.batchSize(),
            NoiseKey.of(spec.seed(), "secret".repeat(6)).derive("run")));
  }

  /** Plain averaging. */
  static OuterStep mean() {
    return new OuterSettings(OuterSettings.Name.MEAN, 0, 0.9, 0.9, 0.99, 1e-8).step();
  }

  static WorkerSpec spec(int workers, InnerStatePolicy policy, Codec.Name codec) {
    return new WorkerSpec(
        new NetworkSpec(
            new Architecture.Mlp(List.of(6), Activation.TANH),
            new TableSource(1, 1, 4, 3).schema(Split.TRAIN).shape(),
            3,
            Loss.CROSS_ENTROPY,
            1),
        new Normalization(new float[] {0}, new float[] {1}),
        new OptimizerSettings(
            OptimizerSettings.Name.MOMENTUM.rule(0.9, 0, 0, 0, 1),
            0.05,
            OptimizerSettings.LearningRateScaling.NONE,
            0,
            new LearningRateSchedule(0, new LearningRateSchedule.Constant())),
        policy,
        Codec.of(codec, 0.25),
        workers,
        2,
        42);
  }
}

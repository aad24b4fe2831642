package io.centroid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.averaging.MeanOuterStep;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.data.Batch;
import io.centroid.data.EpochOrder;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Normalization;
import io.centroid.data.Shard;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.TableSource;
import io.centroid.evaluate.Evaluation;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.optim.InnerState;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.Optimizer;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.OptimizerSettings.Name;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerSpec;
import io.centroid.train.worker.WorkerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingLoopTest {
  private static final TableSource SOURCE = new TableSource(203, 40, 4, 3);
  private static final Normalization NONE = new Normalization(new float[] {0}, new float[] {1});
  private static final int BATCH = 8;

  private static final OuterSettings MEAN = outer(OuterSettings.Name.MEAN);

  static Stream<Arguments> trainingConfigurations() {
    Stream<Arguments> inner =
        Arrays.stream(InnerStatePolicy.values())
            .flatMap(
                policy ->
                    Arrays.stream(Name.values())
                        .map(name -> Arguments.of(policy, name, MEAN.name(), Codec.Name.NONE)));
    Stream<Arguments> outer =
        Arrays.stream(OuterSettings.Name.values())
            .map(name -> Arguments.of(InnerStatePolicy.KEEP, Name.ADAMW, name, Codec.Name.INT8));
    Stream<Arguments> codecs =
        Arrays.stream(Codec.Name.values())
            .map(
                name ->
                    Arguments.of(
                        InnerStatePolicy.AVERAGE, Name.SGD, OuterSettings.Name.NESTEROV, name));
    return Stream.of(inner, outer, codecs).flatMap(way -> way);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void resultsAreBitwiseIndependentOfThreads(int threads) {
    Setup setup = new Setup(SOURCE, 3, 4, InnerStatePolicy.AVERAGE, Name.NESTEROV, 20);
    Outcome one = setup.run(setup.initial(), 1);
    Outcome more = setup.run(setup.initial(), threads);
    assertThat(more.state.parameters()).isEqualTo(one.state.parameters());
    assertThat(more.losses).isEqualTo(one.losses);
    assertThat(more.validations).isEqualTo(one.validations).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("trainingConfigurations")
  void aResumedRunIsBitwiseIdenticalToAnUninterruptedOne(
      InnerStatePolicy policy, Name name, OuterSettings.Name outer, Codec.Name codec) {
    Setup setup = new Setup(SOURCE, 3, 4, policy, name, 25).with(outer(outer), codec);
    TrainState uninterrupted = setup.runAll().state;
    TrainState cut = roundsOf(setup, 3);
    Setup rebuilt = new Setup(SOURCE, 3, 4, policy, name, 25).with(outer(outer), codec);
    TrainState resumed = rebuilt.run(copied(cut), 2).state;
    assertThat(resumed.parameters()).isEqualTo(uninterrupted.parameters());
    assertThat(resumed.rounds()).isEqualTo(uninterrupted.rounds()).isGreaterThanOrEqualTo(7);
    assertThat(resumed.examples()).isEqualTo(uninterrupted.examples());
    assertThat(resumed.carried()).usingRecursiveComparison().isEqualTo(uninterrupted.carried());
    boolean keepsState = policy == InnerStatePolicy.KEEP || codec != Codec.Name.NONE;
    assertThat(uninterrupted.carried().workerStates()).hasSize(keepsState ? 3 : 0);
  }

  private static TrainState copied(TrainState state) {
    CarriedState carried = state.carried();
    InnerState shared = carried.shared();
    return new TrainState(
        state.rounds(),
        state.steps(),
        state.epoch(),
        state.stepInEpoch(),
        state.examples(),
        state.parameters().clone(),
        new CarriedState.InMemory(
            shared == null ? null : copied(shared),
            carried.workerStates().stream().map(TrainingLoopTest::copied).toList(),
            carried.outerState().stream().map(float[]::clone).toList()));
  }

  private static WorkerState copied(WorkerState memory) {
    InnerState inner = memory.inner();
    float[] residual = memory.residual();
    return new WorkerState(
        inner == null ? null : copied(inner), residual == null ? null : residual.clone());
  }

  private static InnerState copied(InnerState inner) {
    return new InnerState(inner.steps(), inner.moments().stream().map(float[]::clone).toList());
  }

  private static TrainState roundsOf(Setup setup, int rounds) {
    try (LocalShardedData data = setup.data(1)) {
      Workers workers = setup.workers(data);
      TrainState state = setup.initial();
      for (int i = 0; i < rounds; i++) {
        Round round = setup.plan.next(state);
        state = state.next(round, workers.run(round), setup.plan.stepsPerEpoch());
      }
      return state;
    }
  }

  private static OuterSettings outer(OuterSettings.Name name) {
    return new OuterSettings(name, name.defaultLearningRate(), 0.9, 0.9, 0.99, 1e-8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void oneWorkerEqualsSequentialTraining(int localSteps) {
    Setup setup = new Setup(SOURCE, 1, localSteps, InnerStatePolicy.KEEP, Name.MOMENTUM, 40);
    float[] found = setup.runAll().state.parameters();
    Learner learner = setup.spec.network().newLearner();
    learner.parameters().load(setup.initial().parameters());
    Optimizer optimizer = setup.spec.optimizer().create(learner.layout());
    Shard shard = setup.shards().read(Split.TRAIN, 0);
    Batch batch = new Batch(shard.train().shape(), BATCH);
    for (int step = 0; step < 40; step++) {
      int inEpoch = step % setup.plan.stepsPerEpoch();
      int[] order = EpochOrder.of(shard.train().count(), 42, step / setup.plan.stepsPerEpoch(), 0);
      int to = Math.min(shard.train().count(), (inEpoch + 1) * BATCH);
      batch.fill(shard.train(), NONE, order, inEpoch * BATCH, to);
      learner.gradient(batch, 0);
      optimizer.step(learner.parameters(), learner.gradient(), 0.1, 1, ThreadTeam.ALONE);
    }
    float[] expected = new float[found.length];
    learner.parameters().store(expected);
    assertThat(found).containsExactly(expected, within(2e-6f));
  }

  @Test
  void synchronizingEveryStepEqualsOneWorkerWithTheGlobalBatch() {
    int workers = 4;
    TableSource even = new TableSource(4 * 3 * BATCH, 10, 4, 3);
    Setup setup = new Setup(even, workers, 1, InnerStatePolicy.RESET, Name.SGD, 6, 0);
    float[] found = setup.runAll().state.parameters();
    Learner learner = setup.spec.network().newLearner();
    learner.parameters().load(setup.initial().parameters());
    Optimizer optimizer = setup.spec.optimizer().create(learner.layout());
    for (int step = 0; step < 6; step++) {
      float[] sum = new float[found.length];
      for (int worker = 0; worker < workers; worker++) {
        Shard shard = setup.shards().read(Split.TRAIN, worker);
        Batch batch = new Batch(shard.train().shape(), BATCH);
        int from = step % 3 * BATCH;
        int[] order = EpochOrder.of(shard.train().count(), 42, step / 3, worker);
        batch.fill(shard.train(), NONE, order, from, from + BATCH);
        learner.gradient(batch, 0);
        float[] gradient = new float[sum.length];
        learner.gradient().store(gradient);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += gradient[i] / workers;
        }
      }
      learner.gradient().load(sum);
      optimizer.step(learner.parameters(), learner.gradient(), 0.1, 1, ThreadTeam.ALONE);
    }
    float[] expected = new float[found.length];
    learner.parameters().store(expected);
    assertThat(found).containsExactly(expected, within(1e-5f));
  }

  @ParameterizedTest
  @CsvSource({"1,7,60", "3,4,25", "3,1000,27", "4,1,13", "2,13,26"})
  void roundsEndAtEpochBoundariesAndFollowThePlan(int workers, int localSteps, long steps) {
    Setup setup = new Setup(SOURCE, workers, localSteps, InnerStatePolicy.RESET, Name.SGD, steps);
    Outcome outcome = setup.runAll();
    int stepsPerEpoch = setup.plan.stepsPerEpoch();
    long expected =
        steps / stepsPerEpoch * rounds(stepsPerEpoch, localSteps)
            + rounds(steps % stepsPerEpoch, localSteps);
    assertThat(outcome.rounds).hasSize(Math.toIntExact(expected));
    for (Round round : outcome.rounds) {
      assertThat(round.stepInEpoch() + round.steps())
          .isLessThanOrEqualTo(setup.plan.stepsPerEpoch());
      assertThat(round.steps()).isBetween(1, localSteps);
      assertThat(round.firstStep())
          .isEqualTo((long) round.epoch() * setup.plan.stepsPerEpoch() + round.stepInEpoch());
    }
    assertThat(outcome.state.steps()).isEqualTo(steps);
  }

  private static long rounds(long steps, int localSteps) {
    return (steps + localSteps - 1) / localSteps;
  }

  @ParameterizedTest
  @CsvSource({"1,5", "3,4", "3,1000", "7,2"})
  void anEpochVisitsEveryTrainingExampleOnce(int workers, int localSteps) {
    Setup one = new Setup(SOURCE, workers, localSteps, InnerStatePolicy.RESET, Name.SGD, 1);
    int epoch = one.plan.stepsPerEpoch();
    Setup setup =
        new Setup(SOURCE, workers, localSteps, InnerStatePolicy.RESET, Name.SGD, 2L * epoch);
    Outcome outcome = setup.runAll();
    long train;
    try (LocalShardedData data = setup.data(1)) {
      train = data.survey(Split.TRAIN).train();
    }
    assertThat(outcome.state.examples()).isEqualTo(2 * train);
    assertThat(outcome.state.epoch()).isEqualTo(2);
    assertThat(outcome.state.stepInEpoch()).isZero();
  }

  @Test
  void aWorkerWithoutExamplesDoesNotAffectTheResult() {
    ExampleSource firstOnly = new OnlyFirstWorker(SOURCE);
    for (InnerStatePolicy policy : InnerStatePolicy.values()) {
      Setup alone = new Setup(firstOnly, 1, 4, policy, Name.ADAMW, 20);
      Setup accompanied = new Setup(firstOnly, 3, 4, policy, Name.ADAMW, 20);
      assertThat(accompanied.plan).isEqualTo(alone.plan);
      Outcome one = alone.runAll();
      Outcome three = accompanied.runAll();
      assertThat(three.state.parameters()).isEqualTo(one.state.parameters());
      assertThat(three.losses).isEqualTo(one.losses);
      assertThat(three.validations).isEqualTo(one.validations);
    }
  }

  @Test
  void nanParametersStopTheRunNamingRoundAndWorker() {
    Setup setup = new Setup(SOURCE, 2, 4, InnerStatePolicy.RESET, Name.SGD, 20);
    float[] parameters = setup.initial().parameters();
    parameters[0] = Float.NaN;
    assertThatThrownBy(() -> setup.run(TrainState.initial(parameters), 2))
        .isInstanceOf(DivergedException.class)
        .hasMessage(
            "training diverged in round 0: the loss of worker 0 is not finite"
                + " (NaN over 32 examples)");
  }

  @Test
  void aNanInputStopsTheRunNamingRoundAndWorker() {
    Setup setup = new Setup(new OneBadRow(SOURCE), 2, 1000, InnerStatePolicy.RESET, Name.SGD, 99);
    assertThatThrownBy(setup::runAll)
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "training diverged in round 0: the loss of worker 1 is not finite"
                + " \\(NaN over [0-9]+ examples\\)");
  }

  @Test
  void aDivergedWorkerStopsTheAggregation() {
    TrainState start = new TrainState(5, 0, 0, 0, 0, new float[2], CarriedState.nothing());
    Setup setup = new Setup(SOURCE, 2, 1, InnerStatePolicy.RESET, Name.SGD, 20);
    WorkerResult good = result(new WorkerReport(0, 8, 1, true, 0, 0));
    WorkerResult bad = result(new WorkerReport(1, 8, 1, false, 0, 0));
    assertThatThrownBy(
            () ->
                RoundAggregation.aggregate(
                    new Round(start, 1), setup.spec, new MeanOuterStep(), List.of(good, bad)))
        .isInstanceOf(DivergedException.class)
        .hasMessage("training diverged in round 5: worker 1 has parameters that are not finite");
  }

  private static WorkerResult result(WorkerReport report) {
    return new WorkerResult(report, List.of(new byte[8]), null, WorkerState.EMPTY);
  }

  @Test
  void infiniteParametersStopTheRunAndLargeOnesDoNot() {
    Setup setup = new Setup(SOURCE, 1, 1, InnerStatePolicy.RESET, Name.SGD, 1);
    float[] parameters = setup.initial().parameters();
    parameters[parameters.length - 1] = 1e37f;
    assertThat(setup.run(TrainState.initial(parameters), 1).state.steps()).isEqualTo(1);
    parameters[parameters.length - 1] = Float.NEGATIVE_INFINITY;
    assertThatThrownBy(() -> setup.run(TrainState.initial(parameters), 1))
        .isInstanceOf(DivergedException.class);
  }

  @Test
  void costCountsTheCodecsBytes() {
    for (Codec.Name codec : Codec.Name.values()) {
      Setup setup = new Setup(SOURCE, 3, 4, InnerStatePolicy.RESET, Name.SGD, 4).with(MEAN, codec);
      try (LocalShardedData data = setup.data(2)) {
        Round round = setup.plan.next(setup.initial());
        RoundCost cost = setup.workers(data).run(round).cost();
        int parameters = round.start().parameters().length;
        assertThat(cost.bytesUp()).isEqualTo(3L * setup.spec.codec().size(parameters));
        assertThat(cost.bytesDown()).isEqualTo(4L * parameters);
        assertThat(cost.totalComputeNanos()).isGreaterThanOrEqualTo(cost.slowestComputeNanos());
        assertThat(cost.runNanos()).isGreaterThanOrEqualTo(cost.slowestTaskNanos());
      }
    }
  }

  @Test
  void earlyStoppingCountsEvaluationsWithoutImprovementAndResumes() {
    EarlyStopping stopping = new EarlyStopping(Metric.ACCURACY, 2, 0.01);
    stopping.onValidation(Map.of("accuracy", 0.5));
    stopping.onValidation(Map.of("accuracy", 0.505));
    assertThat(stopping.isReached()).isFalse();
    EarlyStopping resumed = new EarlyStopping(Metric.ACCURACY, 2, 0.01);
    resumed.restore(stopping.state());
    resumed.onValidation(Map.of("accuracy", Double.NaN));
    assertThat(resumed.isReached()).isTrue();
    stopping.onValidation(Map.of("accuracy", 0.52));
    assertThat(stopping.state()).isEqualTo(new EarlyStopping.State(0.52, 0));
    EarlyStopping loss = new EarlyStopping(Metric.LOSS, 1, 0);
    loss.onValidation(Map.of("loss", 2.0));
    loss.onValidation(Map.of("loss", 1.0));
    assertThat(loss.isReached()).isFalse();
    loss.onValidation(Map.of("loss", 1.0));
    assertThat(loss.isReached()).isTrue();
    EarlyStopping never = EarlyStopping.never();
    for (int i = 0; i < 100; i++) {
      never.onValidation(Map.of());
    }
    assertThat(never.isReached()).isFalse();
  }

  /** A source that gives all rows to the first worker. */
  private record OnlyFirstWorker(ExampleSource source) implements ExampleSource {
    @Override
    public SourceSchema schema(Split split) {
      return source.schema(split);
    }

    @Override
    public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
      if (worker == 0) {
        source.read(split, seed, 0, 1, sink);
      }
    }
  }

  /** A source with a NaN in a row of the second worker. */
  private record OneBadRow(TableSource source) implements ExampleSource {
    @Override
    public SourceSchema schema(Split split) {
      return source.schema(split);
    }

    @Override
    public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
      source.read(split, seed, worker, workers, sink);
      if (worker == 1) {
        sink.row(999_999, new float[] {Float.NaN, 0, 0, 0}, 0);
      }
    }
  }

  private record Outcome(
      TrainState state,
      List<Round> rounds,
      List<Double> losses,
      List<Map<String, Double>> validations) {}

  private static final class Setup {
    private final ExampleSource source;
    private final WorkerSpec spec;
    private final OuterSettings outer;
    private final TrainingPlan plan;
    private final double validationSplit;

    Setup(
        ExampleSource source,
        int workers,
        int localSteps,
        InnerStatePolicy policy,
        Name name,
        long steps) {
      this(source, workers, localSteps, policy, name, steps, 0.1);
    }

    Setup(
        ExampleSource source,
        int workers,
        int localSteps,
        InnerStatePolicy policy,
        Name name,
        long steps,
        double validationSplit) {
      this.source = source;
      this.validationSplit = validationSplit;
      NetworkSpec network =
          new NetworkSpec(
              new Architecture.Mlp(List.of(6), Activation.TANH),
              source.schema(Split.TRAIN).shape(),
              3,
              Loss.CROSS_ENTROPY,
              1);
      OptimizerSettings optimizer =
          new OptimizerSettings(
              name.rule(0.9, 0.001, 0.9, 0.99, 1e-8),
              name == Name.ADAMW ? 0.01 : 0.1,
              OptimizerSettings.LearningRateScaling.NONE,
              name == Name.NESTEROV ? 0.5 : 0,
              new LearningRateSchedule(3, new LearningRateSchedule.Constant()));
      if (name == Name.MOMENTUM || name == Name.SGD) {
        optimizer =
            new OptimizerSettings(
                name.rule(0.9, 0, 0, 0, 1),
                0.1,
                OptimizerSettings.LearningRateScaling.NONE,
                0,
                new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
      }
      this.outer = MEAN;
      this.spec =
          new WorkerSpec(
              network, NONE, optimizer, policy, Codec.of(Codec.Name.NONE, 1), workers, BATCH, 42);
      int largest = 0;
      for (int worker = 0; worker < workers; worker++) {
        largest = Math.max(largest, shards().read(Split.TRAIN, worker).train().count());
      }
      this.plan = new TrainingPlan(localSteps, (largest + BATCH - 1) / BATCH, steps);
    }

    private Setup(Setup other, OuterSettings outer, Codec codec) {
      this.source = other.source;
      this.validationSplit = other.validationSplit;
      this.plan = other.plan;
      this.outer = outer;
      WorkerSpec spec = other.spec;
      this.spec =
          new WorkerSpec(
              spec.network(),
              spec.normalization(),
              spec.optimizer(),
              spec.innerState(),
              codec,
              spec.workers(),
              spec.batchSize(),
              spec.seed());
    }

    Setup with(OuterSettings outer, Codec.Name codec) {
      return new Setup(this, outer, Codec.of(codec, 0.25));
    }

    Workers workers(LocalShardedData data) {
      return data.workers(spec, outer.create(spec.network().layout()));
    }

    ShardSpec shards() {
      return new ShardSpec(source, 42, validationSplit, spec.workers());
    }

    LocalShardedData data(int threads) {
      return new LocalShardedData(shards(), threads);
    }

    TrainState initial() {
      Learner learner = spec.network().newLearner();
      float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
      learner.parameters().store(parameters);
      return TrainState.initial(parameters);
    }

    Outcome runAll() {
      return run(initial(), 2);
    }

    Outcome run(TrainState start, int threads) {
      List<Round> rounds = new ArrayList<>();
      List<Double> losses = new ArrayList<>();
      List<Map<String, Double>> validations = new ArrayList<>();
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
              rounds.add(round);
              losses.add(result.loss());
            }

            @Override
            public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
              validations.add(evaluation.metrics());
            }
          };
      try (LocalShardedData data = data(threads)) {
        TrainingLoop loop =
            new TrainingLoop(
                plan,
                workers(data),
                validationSplit > 0,
                EarlyStopping.never(),
                OutlierRule.off(),
                List.of(listener));
        return new Outcome(loop.run(start), rounds, losses, validations);
      }
    }
  }
}

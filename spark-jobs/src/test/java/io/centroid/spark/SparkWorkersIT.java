package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.BitwiseComparison;
import io.centroid.Eventually;
import io.centroid.SyntheticDigitFiles;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.Split;
import io.centroid.data.TableSource;
import io.centroid.data.TargetScaling;
import io.centroid.data.digits.DigitsSource;
import io.centroid.data.idx.IdxSource;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.kernels.NativeMemory;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.privacy.DpSgd;
import io.centroid.privacy.NoiseKey;
import io.centroid.spark.session.SparkContexts;
import io.centroid.train.CarriedState;
import io.centroid.train.EarlyStopping;
import io.centroid.train.LocalShardedData;
import io.centroid.train.OutlierRule;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.Workers;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerSpec;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BroadcastBlockId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import scala.collection.JavaConverters;

/** Workers as Spark tasks, on an embedded Spark with two cores. */
class SparkWorkersIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long SEED = 11;

  /** Native memory of ND4J's array descriptors, which the garbage collector frees. */
  private static final long DESCRIPTIONS = 16 << 10;

  private static final int TRAIN = 203;
  private static final int TEST = 41;

  @TempDir private Path folder;

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = SparkContexts.start(RunConfig.load(null, List.of("spark.master=local[2]")));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** Inner-state policy, inner optimizer, outer optimizer, codec, workers, slices. */
  static Stream<Arguments> combinations() {
    Stream.Builder<Arguments> ways = Stream.builder();
    for (InnerStatePolicy policy : InnerStatePolicy.values()) {
      for (OptimizerSettings.Name optimizer :
          List.of(
              OptimizerSettings.Name.SGD,
              OptimizerSettings.Name.NESTEROV,
              OptimizerSettings.Name.ADAMW)) {
        for (int workers : List.of(1, 2, 4)) {
          ways.add(of(policy, optimizer, OuterSettings.Name.MEAN, Codec.Name.NONE, workers, 1));
        }
        ways.add(of(policy, optimizer, OuterSettings.Name.NESTEROV, Codec.Name.NONE, 3, 2));
      }
      for (Codec.Name codec : Codec.Name.values()) {
        for (int slices : List.of(1, 4)) {
          ways.add(
              of(
                  policy,
                  OptimizerSettings.Name.ADAMW,
                  OuterSettings.Name.NESTEROV,
                  codec,
                  3,
                  slices));
        }
      }
    }
    for (OuterSettings.Name outer : OuterSettings.Name.values()) {
      for (int slices : List.of(1, 3, 1000)) {
        ways.add(
            of(
                InnerStatePolicy.KEEP,
                OptimizerSettings.Name.NESTEROV,
                outer,
                Codec.Name.INT8,
                2,
                slices));
      }
    }
    return ways.build();
  }

  private static Arguments of(
      InnerStatePolicy policy,
      OptimizerSettings.Name optimizer,
      OuterSettings.Name outer,
      Codec.Name codec,
      int workers,
      int slices) {
    return Arguments.of(policy, optimizer, outer, codec, workers, slices);
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void tasksThreadsAndSlicesAreBitwiseIdentical(
      InnerStatePolicy policy,
      OptimizerSettings.Name optimizer,
      OuterSettings.Name outer,
      Codec.Name codec,
      int workers,
      int slices) {
    ShardSpec shards = shards(new DigitsSource(1, TRAIN, TEST), workers);
    WorkerSpec spec = workerSpec(network(16), optimizer, policy, codec, workers);
    Outcome onThreads;
    try (ShardedData data = new LocalShardedData(shards, 2)) {
      onThreads = Outcome.of(data, spec, outer);
    }
    try (ShardedData data = new SparkShardedData(spark, shards, slices)) {
      Outcome onSpark = Outcome.of(data, spec, outer);
      assertThat(onSpark)
          .usingRecursiveComparison(BitwiseComparison.comparison())
          .ignoringFields("deltaNorms")
          .isEqualTo(onThreads);
      for (int round = 0; round < onThreads.deltaNorms.size(); round++) {
        // The squares of a slice are summed first.
        double norm = onThreads.deltaNorms.get(round);
        assertThat(onSpark.deltaNorms.get(round))
            .isPositive()
            .isCloseTo(norm, within(1e-12 * norm));
      }
    }
    assertThat(onThreads.gradientNorms).hasSize(onThreads.deltaNorms.size() * workers);
    assertThat(onThreads.rounds).isGreaterThanOrEqualTo(4);
    assertThat(onThreads.validations).hasSizeGreaterThan(1);
    assertThat(onThreads.test.examples()).isEqualTo(TEST);
  }

  /** The moments of the targets are combined in worker order, as is everything else. */
  @Test
  void aRegressionOnStandardizedTargetsIsBitwiseIdentical() {
    int workers = 3;
    ShardSpec shards = shards(new TableSource(TRAIN, TEST, 4, 0), workers);
    List<Outcome> outcomes = new ArrayList<>();
    List<TargetScaling> scalings = new ArrayList<>();
    for (ShardedData data :
        List.of(
            new LocalShardedData(shards, 1),
            new LocalShardedData(shards, 2),
            new SparkShardedData(spark, shards, 1),
            new SparkShardedData(spark, shards, 2))) {
      try (data) {
        TargetScaling scaling =
            TargetScaling.of(TargetScaling.Method.STANDARDIZE, data.survey(Split.TRAIN).targets());
        scalings.add(scaling);
        outcomes.add(Outcome.of(data, regression(scaling, workers), OuterSettings.Name.MEAN));
      }
    }
    assertThat(scalings).containsOnly(scalings.get(0)).doesNotContain(TargetScaling.NONE);
    for (Outcome outcome : outcomes) {
      assertThat(outcome)
          .usingRecursiveComparison(BitwiseComparison.comparison())
          .ignoringFields("deltaNorms")
          .isEqualTo(outcomes.get(0));
    }
    assertThat(outcomes.get(0).test.r2()).isGreaterThan(0.5);
  }

  @Test
  void differentiallyPrivateStepsAreBitwiseIdentical() {
    int workers = 3;
    ShardSpec shards = shards(new DigitsSource(1, TRAIN, TEST), workers);
    WorkerSpec plain =
        workerSpec(
            network(16),
            OptimizerSettings.Name.ADAMW,
            InnerStatePolicy.KEEP,
            Codec.Name.INT8,
            workers);
    WorkerSpec spec =
        new WorkerSpec(
            plain.network(),
            plain.normalization(),
            plain.optimizer(),
            plain.innerState(),
            plain.codec(),
            workers,
            plain.batchSize(),
            SEED,
            new DpSgd(
                0.5,
                1,
                0.1,
                plain.batchSize(),
                NoiseKey.of(SEED, "secret".repeat(6)).derive("run")));
    List<Outcome> outcomes = new ArrayList<>();
    for (ShardedData data :
        List.of(
            new LocalShardedData(shards, 1),
            new SparkShardedData(spark, shards, 1),
            new SparkShardedData(spark, shards, 2))) {
      try (data) {
        outcomes.add(Outcome.of(data, spec, OuterSettings.Name.NESTEROV));
      }
    }
    for (Outcome outcome : outcomes) {
      assertThat(outcome)
          .usingRecursiveComparison(BitwiseComparison.comparison())
          .ignoringFields("deltaNorms")
          .isEqualTo(outcomes.get(0));
    }
    try (ShardedData data = new LocalShardedData(shards, 1)) {
      assertThat(Outcome.of(data, plain, OuterSettings.Name.NESTEROV).parameters)
          .isNotEqualTo(outcomes.get(0).parameters);
    }
  }

  private static WorkerSpec regression(TargetScaling scaling, int workers) {
    WorkerSpec digits =
        workerSpec(
            network(1),
            OptimizerSettings.Name.NESTEROV,
            InnerStatePolicy.AVERAGE,
            Codec.Name.NONE,
            workers);
    return new WorkerSpec(
        new NetworkSpec(
            new Architecture.Mlp(List.of(6), Activation.TANH),
            InputShape.row(4),
            1,
            Loss.MEAN_SQUARED_ERROR,
            SEED),
        Normalization.NONE.withTargets(scaling),
        digits.optimizer(),
        digits.innerState(),
        digits.codec(),
        workers,
        digits.batchSize(),
        SEED);
  }

  /** Results of a run, its evaluations and predictions. */
  private record Outcome(
      DataSummary summary,
      long rounds,
      float[] parameters,
      CarriedState.InMemory carried,
      List<Evaluation> validations,
      Evaluation test,
      Predictions predictions,
      List<Double> deltaNorms,
      List<Double> gradientNorms) {

    static Outcome of(ShardedData data, WorkerSpec spec, OuterSettings.Name outer) {
      DataSummary summary = data.survey(Split.TRAIN);
      data.survey(Split.TEST);
      int stepsPerEpoch = (summary.largestShard() + spec.batchSize() - 1) / spec.batchSize();
      List<Evaluation> validations = new ArrayList<>();
      List<Double> deltaNorms = new ArrayList<>();
      List<Double> gradientNorms = new ArrayList<>();
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
              deltaNorms.add(result.deltaNorm());
              result.reports().forEach(report -> gradientNorms.add(report.gradientNorm()));
            }

            @Override
            public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
              validations.add(evaluation);
            }
          };
      Workers workers = data.workers(spec, outerStep(outer, spec));
      TrainState state =
          new TrainingLoop(
                  new TrainingPlan(3, stepsPerEpoch, 2L * stepsPerEpoch),
                  workers,
                  true,
                  EarlyStopping.never(),
                  OutlierRule.off(),
                  List.of(listener))
              .run(TrainState.initial(initialParameters(spec.network())));
      return new Outcome(
          summary,
          state.rounds(),
          state.parameters(),
          new CarriedState.InMemory(
              state.carried().shared(),
              state.carried().workerStates(),
              state.carried().outerState()),
          validations,
          workers.evaluate(EvaluationSet.TEST, state.parameters()),
          data.predict(spec.scoring(), Split.TEST, state.parameters()),
          deltaNorms,
          gradientNorms);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRoundIsOneJobOfOneStage(InnerStatePolicy policy) throws Exception {
    int workers = 3;
    JobCounts counts = new JobCounts();
    try (SparkShardedData data =
        new SparkShardedData(spark, shards(new DigitsSource(1, TRAIN, TEST), workers), 1)) {
      data.survey(Split.TRAIN);
      WorkerSpec spec =
          workerSpec(network(16), OptimizerSettings.Name.ADAMW, policy, Codec.Name.NONE, workers);
      spark.sc().listenerBus().waitUntilEmpty();
      spark.sc().addSparkListener(counts);
      rounds(workers(data, spec), spec.network(), 6);
      spark.sc().listenerBus().waitUntilEmpty();
    } finally {
      spark.sc().removeSparkListener(counts);
    }
    assertThat(counts.jobs).hasValue(6);
    assertThat(counts.endedJobs).hasValue(6);
    assertThat(counts.stages).hasValue(6);
    assertThat(counts.tasks).hasValue(6 * workers);
  }

  @ParameterizedTest
  @EnumSource
  void roundsDestroyTheirBroadcastsAndKeepTasksSmall(InnerStatePolicy policy) throws Exception {
    int workers = 2;
    // The serialized task must not contain Hadoop's configuration.
    Configuration configuration = new Configuration();
    configuration.set("centroid.test.ballast", "x".repeat(200_000));
    Path files = folder.resolve("mnist");
    SyntheticDigitFiles.of(Split.TRAIN, TRAIN).writeIdx(files, "train");
    ExampleSource source = IdxSource.mnist(new HadoopFiles(configuration), files.toString(), 10);
    try (SparkShardedData data = new SparkShardedData(spark, shards(source, workers), 1)) {
      data.survey(Split.TRAIN);
      WorkerSpec spec =
          workerSpec(
              network(128), OptimizerSettings.Name.NESTEROV, policy, Codec.Name.NONE, workers);
      Set<BlockId> before = new HashSet<>(broadcasts());

      rounds(workers(data, spec), spec.network(), 30);

      if (policy == InnerStatePolicy.KEEP) {
        // Only the parameters that a replay may need are kept.
        assertThat(added(before).stream().filter(block -> isParameters(spec, block)).count())
            .isBetween(2L, 2L * (8 + workers));
        data.close();
      }
      Eventually.await(
          "no parameters among the broadcasts",
          LIMIT,
          () -> added(before).stream().noneMatch(block -> isParameters(spec, block)));
      // The remaining broadcasts are Spark's task binaries, kept until the driver's next garbage
      // collection.
      List<Long> left =
          added(before).stream().filter(SparkWorkersIT::isPiece).map(id -> bytes(id)).toList();
      assertThat(left).allMatch(size -> size < 20_000, "under 20 kB: " + left);
      Eventually.await(
          "the stages' code is dropped",
          LIMIT,
          () -> {
            System.gc();
            return added(before).size() <= 4;
          });
    }
  }

  /** In local mode tasks read the driver's own arrays, which no table must hold forever. */
  @ParameterizedTest
  @CsvSource({"RESET, 1", "RESET, 3", "KEEP, 1", "KEEP, 3"})
  void parametersOfPastRoundsAreGarbage(InnerStatePolicy policy, int slices) throws Exception {
    List<WeakReference<float[]>> past = new ArrayList<>();
    TrainingListener remembering =
        new TrainingListener() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            past.add(new WeakReference<>(round.start().parameters()));
          }
        };
    WorkerSpec spec =
        workerSpec(network(64), OptimizerSettings.Name.ADAMW, policy, Codec.Name.NONE, 3);
    try (ShardedData data =
        new SparkShardedData(spark, shards(new DigitsSource(1, TRAIN, TEST), 3), slices)) {
      trained(data, spec, List.of(remembering));
    }
    assertThat(past).hasSize(21);
    Eventually.await(
        "no parameters of past rounds",
        LIMIT,
        () -> {
          System.gc();
          return past.stream().allMatch(reference -> reference.refersTo(null));
        });
  }

  private static boolean isParameters(WorkerSpec spec, BlockId block) {
    return bytes(block) > 2L * initialParameters(spec.network()).length;
  }

  /** Drops all executor state every few rounds, as if the executors were lost. */
  @ParameterizedTest
  @CsvSource({
    "KEEP, NONE, 1",
    "KEEP, INT8, 1",
    "AVERAGE, TOP_K, 1",
    "KEEP, NONE, 3",
    "RESET, BF16, 3"
  })
  void replayedWorkerStatesAreBitwiseIdentical(
      InnerStatePolicy policy, Codec.Name codec, int slices) {
    ShardSpec shards = shards(new DigitsSource(1, TRAIN, TEST), 3);
    WorkerSpec spec = workerSpec(network(64), OptimizerSettings.Name.ADAMW, policy, codec, 3);
    List<TrainingListener> losing = List.of(new Losing());
    float[] undisturbed;
    try (ShardedData data = new LocalShardedData(shards, 2)) {
      undisturbed = trained(data, spec, List.of()).parameters();
    }
    try (ShardedData data = new SparkShardedData(spark, shards, slices)) {
      assertThat(trained(data, spec, losing).parameters()).isEqualTo(undisturbed);
    }
  }

  private static TrainState trained(
      ShardedData data, WorkerSpec spec, List<TrainingListener> listeners) {
    data.survey(Split.TRAIN);
    return new TrainingLoop(
            new TrainingPlan(1, 21, 21),
            data.workers(spec, outerStep(OuterSettings.Name.NESTEROV, spec)),
            false,
            EarlyStopping.never(),
            OutlierRule.off(),
            listeners)
        .run(TrainState.initial(initialParameters(spec.network())));
  }

  private static final class Losing implements TrainingListener {
    @Override
    public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
      if (round.number() % 5 == 4) {
        for (Integer rdd : spark.getPersistentRDDs().keySet()) {
          blockManager().master().removeRdd(rdd, true);
        }
      }
      if (round.number() == 12) {
        assertThat(state.carried().outerState()).hasSize(1); // fetched, as a checkpoint does
      }
    }
  }

  @Test
  void shardIsReadOnceForAllJobs() {
    int workers = 3;
    CountingSource.forget();
    try (ShardedData data = new SparkShardedData(spark, shards(new CountingSource(90, 30), 3), 1)) {
      data.survey(Split.TRAIN);
      data.survey(Split.TEST);
      WorkerSpec spec =
          workerSpec(
              network(8),
              OptimizerSettings.Name.NESTEROV,
              InnerStatePolicy.KEEP,
              Codec.Name.NONE,
              workers);
      Workers run = workers(data, spec);
      TrainState state = rounds(run, spec.network(), 5);
      run.evaluate(EvaluationSet.VALIDATION, state.parameters());
      run.evaluate(EvaluationSet.TEST, state.parameters());
    }
    assertThat(CountingSource.reads().keySet())
        .containsExactly("TEST 0", "TEST 1", "TEST 2", "TRAIN 0", "TRAIN 1", "TRAIN 2");
    assertThat(CountingSource.reads().values()).containsOnly(1);
  }

  @Test
  void aGzippedPairIsDecodedOnceForAllWorkers() throws Exception {
    int workers = 8;
    SyntheticDigitFiles.of(Split.TRAIN, 12_000).writeGzippedIdx(folder, "train");
    long size;
    try (Stream<Path> files = Files.list(folder)) {
      size = files.mapToLong(file -> file.toFile().length()).sum();
    }
    ExampleSource source =
        IdxSource.mnist(
            new HadoopFiles(CountedFileSystem.configuration()), "counted://" + folder, 10);
    long before = CountedFileSystem.bytesRead();
    try (ShardedData data = new SparkShardedData(spark, shards(source, workers), 1)) {
      DataSummary summary = data.survey(Split.TRAIN);
      assertThat(summary.train() + summary.validation()).isEqualTo(12_000);
    }
    // Every worker also reads the file headers; eight decodings would read 8 * size.
    assertThat(CountedFileSystem.bytesRead() - before).isBetween(size, 2 * size);
  }

  @Test
  void trainingsInOneJvmAreIsolatedAndReleaseTheirMemory() throws Exception {
    ShardSpec shards = shards(new DigitsSource(1, TRAIN, TEST), 3);
    for (int hidden : new int[] {64, 96}) {
      WorkerSpec spec = adamW(64, 3);
      WorkerSpec otherSpec = adamW(hidden, 3);
      float[] alone;
      float[] otherAlone;
      try (ShardedData first = new LocalShardedData(shards, 2);
          ShardedData second = new LocalShardedData(shards, 2)) {
        alone = trained(first, spec, List.of()).parameters();
        otherAlone = trained(second, otherSpec, List.of()).parameters();
      }
      long before = settledNativeBytes();
      long replica;
      try (ShardedData single =
          new SparkShardedData(spark, shards(new DigitsSource(1, TRAIN, TEST), 1), 1)) {
        trained(single, adamW(64, 1), List.of());
        replica = settledNativeBytes() - before;
      }
      assertThat(replica).isGreaterThan(DESCRIPTIONS);
      try (ShardedData data = new SparkShardedData(spark, shards, 1)) {
        try (ShardedData other = new SparkShardedData(spark, shards, 1)) {
          CompletableFuture<TrainState> concurrent =
              CompletableFuture.supplyAsync(() -> trained(other, otherSpec, List.of()));
          assertThat(trained(data, spec, List.of()).parameters()).isEqualTo(alone);
          assertThat(concurrent.join().parameters()).isEqualTo(otherAlone);
        }
        // As many replicas as tasks have run at once, however many trainings there are. What a
        // replica needs for some steps only is allocated in the first of them.
        int most = Math.min(3, spark.defaultParallelism());
        for (int i = 0; i < 10; i++) {
          assertThat(trained(data, spec, List.of()).parameters()).isEqualTo(alone);
          long held = settledNativeBytes() - before;
          assertThat(held).isBetween(replica - DESCRIPTIONS, most * replica + DESCRIPTIONS);
        }
      }
      assertThat(settledNativeBytes()).isCloseTo(before, within(DESCRIPTIONS));
    }
  }

  private static WorkerSpec adamW(int hidden, int workers) {
    return workerSpec(
        network(hidden),
        OptimizerSettings.Name.ADAMW,
        InnerStatePolicy.AVERAGE,
        Codec.Name.NONE,
        workers);
  }

  /** Native memory after earlier tests are garbage-collected. */
  private static long settledNativeBytes() throws Exception {
    long[] held = {-1, NativeMemory.javacppBytes()};
    Eventually.await(
        "no more garbage",
        LIMIT,
        () -> {
          System.gc();
          held[0] = held[1];
          held[1] = NativeMemory.javacppBytes();
          return held[0] == held[1];
        });
    return held[1];
  }

  @Test
  void damagedDataIsReportedOnceWithoutRetries() throws Exception {
    SyntheticDigitFiles digits = SyntheticDigitFiles.of(Split.TRAIN, 60);
    digits.labels()[17] = 12;
    digits.writeIdx(folder, "train");
    JobCounts counts = new JobCounts();
    spark.sc().addSparkListener(counts);
    try (ShardedData data =
        new SparkShardedData(
            spark,
            shards(IdxSource.mnist(new HadoopFiles(new Configuration()), folder.toString(), 10), 3),
            1)) {
      assertThatThrownBy(() -> data.survey(Split.TRAIN))
          .isInstanceOf(InputException.class)
          .hasMessageMatching(".*/train-labels-idx1-ubyte: record 17: label 12, expected 0..9");
      spark.sc().listenerBus().waitUntilEmpty();
    } finally {
      spark.sc().removeSparkListener(counts);
    }
    assertThat(counts.tasks).hasValue(3);
  }

  private static Workers workers(ShardedData data, WorkerSpec spec) {
    return data.workers(spec, outerStep(OuterSettings.Name.MEAN, spec));
  }

  private static OuterStep outerStep(OuterSettings.Name name, WorkerSpec spec) {
    return new OuterSettings(name, name.defaultLearningRate(), 0.9, 0.9, 0.99, 1e-8)
        .create(spec.network().layout());
  }

  private static TrainState rounds(Workers workers, NetworkSpec network, int count) {
    return new TrainingLoop(
            new TrainingPlan(1, count, count),
            workers,
            false,
            EarlyStopping.never(),
            OutlierRule.off(),
            List.of())
        .run(TrainState.initial(initialParameters(network)));
  }

  private static float[] initialParameters(NetworkSpec network) {
    float[] initial = new float[Math.toIntExact(network.layout().parameterCount())];
    for (int i = 0; i < initial.length; i++) {
      initial[i] = (float) Math.sin(i * 0.7) * 0.05f;
    }
    return initial;
  }

  private static Collection<BlockId> broadcasts() {
    return JavaConverters.asJavaCollection(
        blockManager().getMatchingBlockIds(block -> block.isBroadcast()));
  }

  private static List<BlockId> added(Set<BlockId> before) {
    return broadcasts().stream().filter(block -> !before.contains(block)).toList();
  }

  private static boolean isPiece(BlockId block) {
    return block instanceof BroadcastBlockId broadcast && broadcast.field().startsWith("piece");
  }

  private static long bytes(BlockId block) {
    var status = blockManager().getStatus(block);
    return status.isEmpty() ? 0 : status.get().memSize() + status.get().diskSize();
  }

  private static BlockManager blockManager() {
    return SparkEnv.get().blockManager();
  }

  private static ShardSpec shards(ExampleSource source, int workers) {
    return new ShardSpec(source, SEED, 0.2, workers);
  }

  private static NetworkSpec network(int hidden) {
    return new NetworkSpec(
        new Architecture.Mlp(List.of(hidden), Activation.RELU),
        new DigitsSource(1, 1, 1).schema(Split.TRAIN).shape(),
        10,
        Loss.CROSS_ENTROPY,
        SEED);
  }

  private static WorkerSpec workerSpec(
      NetworkSpec network,
      OptimizerSettings.Name name,
      InnerStatePolicy policy,
      Codec.Name codec,
      int workers) {
    return new WorkerSpec(
        network,
        new Normalization(new float[] {0}, new float[] {1 / 255f}),
        new OptimizerSettings(
            name.rule(0.9, 1e-4, 0.9, 0.999, 1e-8),
            name == OptimizerSettings.Name.ADAMW ? 0.002 : 0.05,
            OptimizerSettings.LearningRateScaling.NONE,
            1,
            new LearningRateSchedule(2, new LearningRateSchedule.Constant())),
        policy,
        Codec.of(codec, 0.1),
        workers,
        8,
        SEED);
  }
}

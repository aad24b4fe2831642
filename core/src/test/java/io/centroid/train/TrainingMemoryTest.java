package io.centroid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.averaging.MeanOuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.TableSource;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.kernels.NativeBytes;
import io.centroid.nn.kernels.NativeMemory;
import io.centroid.nn.matrix.Precision;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Off-heap memory of trainings: freed on close, and not shared between trainings. */
class TrainingMemoryTest {
  private static final int WORKERS = 2;
  private static final int WIDTH = 64;
  private static final int TOKENS = 8;
  private static final int VOCABULARY = 30;

  /** A network and data for it. */
  enum Kind {
    DENSE,
    GPT2
  }

  @ParameterizedTest
  @EnumSource
  void closingFreesMemoryAndRoundsReuseReplicas(Kind kind) {
    WorkerSpec spec = spec(kind, WIDTH);
    float[] initial = initial(spec);
    long before = NativeBytes.settled();
    Set<Long> inRounds = new HashSet<>();
    try (LocalShardedData data = data(kind, 1)) {
      Workers workers = workers(data, spec);
      TrainState state = rounds(workers, initial, 4, inRounds);
      workers.evaluate(EvaluationSet.TRAIN, state.parameters());
      if (kind == Kind.DENSE) {
        data.predict(spec.scoring(), Split.TRAIN, state.parameters());
      }
      assertThat(NativeMemory.javacppBytes()).isGreaterThan(before + (64 << 10));
    }
    assertThat(inRounds).hasSize(1);
    NativeBytes.assertBackTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void concurrentTrainingsAreIndependent(Kind kind) {
    for (int otherWidth : new int[] {WIDTH, 2 * WIDTH}) {
      WorkerSpec spec = spec(kind, WIDTH);
      WorkerSpec otherSpec = spec(kind, otherWidth);
      TrainState alone = alone(kind, spec);
      TrainState otherAlone = alone(kind, otherSpec);
      long before = NativeBytes.settled();
      try (LocalShardedData data = data(kind, 1)) {
        try (LocalShardedData other = data(kind, 1)) {
          CompletableFuture<TrainState> concurrent =
              CompletableFuture.supplyAsync(
                  () -> rounds(workers(other, otherSpec), initial(otherSpec), 4, new HashSet<>()));
          TrainState state = rounds(workers(data, spec), initial(spec), 4, new HashSet<>());
          assertThat(state.parameters()).isEqualTo(alone.parameters());
          assertThat(concurrent.join().parameters()).isEqualTo(otherAlone.parameters());
        }
        // The other training is closed; this one continues to work.
        TrainState again = rounds(workers(data, spec), initial(spec), 4, new HashSet<>());
        assertThat(again.parameters()).isEqualTo(alone.parameters());
      }
      NativeBytes.assertBackTo(before);
    }
  }

  @Test
  void trainingsDoNotShareReplicas() {
    WorkerSpec spec = spec(Kind.DENSE, WIDTH);
    float[] initial = initial(spec);
    List<Long> taken = new ArrayList<>();
    List<LocalShardedData> open = new ArrayList<>();
    for (int training = 0; training < 3; training++) {
      long before = NativeBytes.settled();
      LocalShardedData data = data(Kind.DENSE, 1);
      open.add(data);
      rounds(workers(data, spec), initial, 2, new HashSet<>());
      taken.add(NativeMemory.javacppBytes() - before);
    }
    assertThat(taken).allMatch(bytes -> bytes > 64 << 10);
    open.forEach(LocalShardedData::close);
  }

  private static TrainState alone(Kind kind, WorkerSpec spec) {
    try (LocalShardedData data = data(kind, 2)) {
      return rounds(workers(data, spec), initial(spec), 4, new HashSet<>());
    }
  }

  private static Workers workers(LocalShardedData data, WorkerSpec spec) {
    return data.workers(spec, new MeanOuterStep());
  }

  private static TrainState rounds(
      Workers workers, float[] initial, int count, Set<Long> nativeBytes) {
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            nativeBytes.add(NativeMemory.javacppBytes());
          }
        };
    return new TrainingLoop(
            new TrainingPlan(2, 2 * count, 2 * count),
            workers,
            false,
            EarlyStopping.never(),
            OutlierRule.off(),
            List.of(listener))
        .run(TrainState.initial(initial));
  }

  private static float[] initial(WorkerSpec spec) {
    float[] initial = new float[Math.toIntExact(spec.network().layout().parameterCount())];
    for (int i = 0; i < initial.length; i++) {
      initial[i] = (float) Math.sin(i * 0.7) * 0.05f;
    }
    return initial;
  }

  private static LocalShardedData data(Kind kind, int threads) {
    ExampleSource source =
        kind == Kind.DENSE ? new TableSource(WORKERS * 64, 1, 4, 3) : new Counting();
    return new LocalShardedData(new ShardSpec(source, 42, 0, WORKERS), threads);
  }

  /** A source of counting token sequences. */
  private record Counting() implements ExampleSource {
    @Override
    public SourceSchema schema(Split split) {
      return new SourceSchema(
          InputShape.row(TOKENS), SourceSchema.FeatureKind.TOKENS, OptionalLong.empty(), true);
    }

    @Override
    public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
      int[] ids = new int[32 * TOKENS + 1];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (i * (worker + 3)) % VOCABULARY;
      }
      sink.span(worker, false, ids, ids.length);
    }
  }

  private static WorkerSpec spec(Kind kind, int width) {
    NetworkSpec network =
        switch (kind) {
          case DENSE ->
              new NetworkSpec(
                  new Architecture.Mlp(List.of(64 * width), Activation.TANH),
                  InputShape.row(4),
                  3,
                  Loss.CROSS_ENTROPY,
                  1);
          case GPT2 ->
              new NetworkSpec(
                  new Architecture.Gpt2(
                      new Gpt2Config(
                          2, 2, width, TOKENS, VOCABULARY, 32, Gpt2Config.Dropout.NONE, 1e-5f),
                      false,
                      new Gpt2Execution(1, 0, false, Precision.FLOAT32)),
                  InputShape.row(TOKENS),
                  VOCABULARY,
                  Loss.CROSS_ENTROPY,
                  1);
        };
    return new WorkerSpec(
        network,
        kind == Kind.DENSE
            ? new Normalization(new float[] {0}, new float[] {1})
            : Normalization.NONE,
        new OptimizerSettings(
            OptimizerSettings.Name.ADAMW.rule(0.9, 0, 0.9, 0.999, 1e-8),
            0.01,
            OptimizerSettings.LearningRateScaling.NONE,
            0,
            new LearningRateSchedule(0, new LearningRateSchedule.Constant())),
        InnerStatePolicy.AVERAGE,
        Codec.of(Codec.Name.NONE, 1),
        WORKERS,
        4,
        42);
  }
}

package io.centroid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.averaging.codec.Codec;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.TableSource;
import io.centroid.error.WorkerFailure;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerSpec;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundLimitTest {
  private static final WorkerSpec SPEC =
      SmallTraining.spec(3, InnerStatePolicy.AVERAGE, Codec.Name.NONE);

  @Test
  void timeoutNamesTheLateWorkers() {
    CountDownLatch never = new CountDownLatch(1);
    RoundLimit limit = new RoundLimit(Duration.ofMillis(1500), 3);
    try (LocalShardedData data =
        new LocalShardedData(new ShardSpec(new TableSource(24, 1, 4, 3), 42, 0, 3), 3, limit)) {
      assertThatThrownBy(() -> data.forRound(7, worker -> worker == 1 ? blocked(never) : worker))
          .isInstanceOf(RoundTimeoutException.class)
          .hasMessage(
              "round 7 did not finish within train.round-timeout = 1500ms: workers that had not"
                  + " reported: [1], threads of this process");
      assertThat(data.forRound(8, worker -> worker)).containsExactly(0, 1, 2);
    }
  }

  private static int blocked(CountDownLatch latch) {
    try {
      latch.await();
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"PT1H, 1h", "PT90M, 90m", "PT90S, 90s", "PT1.5S, 1500ms"})
  void timeoutTextHasConfigurationSyntax(Duration timeout, String text) {
    assertThat(new RoundLimit(timeout, 1).timeoutText()).isEqualTo(text);
  }

  @Test
  void stepFailureNamesWorkerAndExamples() {
    WorkerSpec unfit =
        new WorkerSpec(
            SPEC.network(),
            new Normalization(new float[] {0, 0}, new float[] {1, 1}),
            SPEC.optimizer(),
            SPEC.innerState(),
            SPEC.codec(),
            3,
            SPEC.batchSize(),
            42);
    try (LocalShardedData data = SmallTraining.data(3, 8)) {
      data.survey(Split.TRAIN);
      assertThatThrownBy(
              () ->
                  data.workers(unfit, SmallTraining.outerStep(SPEC))
                      .run(new Round(SmallTraining.start(SPEC), 1)))
          .isInstanceOf(WorkerFailure.class)
          .hasMessageStartingWith(
              "worker 0: step 0, examples 0 to 1 of its shard in the order of epoch 0: ")
          .hasMessageContaining("Exception");
    }
  }

  @Test
  void readFailureNamesWorkerFileAndRecord() {
    ShardSpec shards = new ShardSpec(new OneFails(), 42, 0, 3);
    try (LocalShardedData data = new LocalShardedData(shards, 3)) {
      assertThatThrownBy(() -> data.survey(Split.TRAIN))
          .isInstanceOf(WorkerFailure.class)
          .hasMessageMatching(
              "worker 1: /data/table\\.csv: after record \\d+: IllegalStateException: odd");
    }
  }

  private record OneFails() implements ExampleSource {
    @Override
    public String place(Split split) {
      return "/data/table.csv";
    }

    @Override
    public SourceSchema schema(Split split) {
      return new TableSource(24, 1, 4, 3).schema(split);
    }

    @Override
    public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
      new TableSource(24, 1, 4, 3).read(split, seed, worker, workers, sink);
      if (worker == 1) {
        throw new IllegalStateException("odd\nand more");
      }
    }
  }
}

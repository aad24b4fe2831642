package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.averaging.OuterStep;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.Split;
import io.centroid.device.Device;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.io.HadoopFiles;
import io.centroid.memory.PeakMemory;
import io.centroid.nn.Engines;
import io.centroid.run.metrics.ReproducibleRows;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.CarriedState;
import io.centroid.train.DivergedException;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.Workers;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs whose rounds diverge if the learning rate is too high, as a pure function of the round. */
class RollbackTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  /** 8 steps an epoch in rounds of 3, 3 and 2 steps; 9 rounds. */
  private static final List<String> SMALL =
      List.of(
          "data.digits.train=500",
          "data.digits.test=100",
          "data.validation-split=0.1",
          "model.hidden=[12]",
          "train.local-steps=3",
          "train.batch-size=32",
          "optimizer.name=nesterov",
          "optimizer.learning-rate=0.05",
          "outer.name=nesterov",
          "train.on-divergence=rollback");

  @TempDir Path directory;

  /** The value that is not finite. */
  private enum Fault {
    /** A worker's loss. */
    WORKER,
    /** The outer step's result. */
    PARAMETERS,
    /** The outer step's state, which is checked when it is saved. */
    OUTER,
    /** The validation. */
    EVALUATION
  }

  @ParameterizedTest
  @EnumSource
  void aValueThatIsNotFiniteStopsTheRunBeforeItIsSaved(Fault fault) throws IOException {
    assertThatThrownBy(() -> execute("a", fault, 5, RunObserver.NONE, "train.on-divergence=stop"))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("training diverged in round 5: ")
        .hasMessageContaining(
            switch (fault) {
              case WORKER -> "worker 1";
              case PARAMETERS -> "global parameters";
              case OUTER -> "outer.momentum";
              case EVALUATION -> "validation loss after the round is not finite (NaN)";
            });
    assertThat(checkpoints("a")).containsExactly("step-00000008");
    assertThat(metrics("a")).noneMatch(row -> row.path("type").asText().equals("rollback"));
    assertThat(directory.resolve("a/result.json")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void aRunIsRolledBackAndContinuesAtALowerLearningRate(Fault fault) throws IOException {
    List<String> notes = new ArrayList<>();
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onNote(String note) {
            notes.add(note);
          }
        };
    RunResult result = execute("a", fault, 5, observer);
    assertThat(result.step()).isEqualTo(24);
    assertThat(notes)
        .anyMatch(
            note ->
                note.startsWith("training diverged in round 5: ")
                    && note.endsWith(
                        "; rollback 1 of 3 to step 8, continuing at 0.5 times the learning rate"));
    List<ObjectNode> metrics = metrics("a");
    assertThat(metrics.stream().filter(row -> row.path("type").asText().equals("round")))
        .extracting(row -> row.path("round").asInt())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(metrics.stream().filter(row -> row.path("type").asText().equals("rollback")))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.path("step").asInt()).isEqualTo(8);
              assertThat(row.path("divergedInRound").asInt()).isEqualTo(5);
              assertThat(row.path("learningRateScale").asDouble()).isEqualTo(0.5);
            });
    JsonNode training = training("a", 24);
    assertThat(training.path("learningRateScale").asDouble()).isEqualTo(0.5);
    assertThat(training.path("rollbacks")).hasSize(1);
    assertThat(training("a", 8).path("rollbacks")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "keep, int8, 0, 4",
    "keep, int8, 0, 6",
    "keep, none, 0, 8",
    "average, none, 0, 9",
    "average, int8, 1, 6",
    "reset, none, 2, 7"
  })
  void aRunThatIsKilledAroundItsRollbackEndsBitwiseIdentical(
      String policy, String codec, int everyRounds, int killedAfter) throws IOException {
    String[] settings = {
      "train.inner-state=" + policy,
      "average.codec=" + codec,
      "checkpoint.every-rounds=" + everyRounds,
      "train.early-stopping.patience=9"
    };
    RunResult undisturbed = execute("undisturbed", Fault.WORKER, 5, RunObserver.NONE, settings);
    assertThatThrownBy(() -> execute("a", Fault.WORKER, 5, killing(killedAfter), settings))
        .hasMessage("killed");
    RunResult resumed = execute("a", Fault.WORKER, 5, RunObserver.NONE, settings);
    assertThat(resumed.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
    assertThat(resumed.validation()).isEqualTo(undisturbed.validation());
    assertThat(metrics("a")).isEqualTo(metrics("undisturbed"));
    assertThat(checkpoints("a")).isEqualTo(checkpoints("undisturbed"));
    for (String step : checkpoints("a")) {
      long number = Long.parseLong(step.substring(5));
      assertThat(training("a", number)).isEqualTo(training("undisturbed", number));
    }
  }

  @Test
  void withoutACheckpointTheRunStartsOver() throws IOException {
    List<TrainState> starts = new ArrayList<>();
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onStart(io.centroid.train.TrainingPlan plan, TrainState state) {
            starts.add(state);
          }
        };
    RunResult result = execute("a", Fault.WORKER, 1, observer);
    assertThat(result.step()).isEqualTo(24);
    assertThat(starts).hasSize(2);
    assertThat(starts.get(1).parameters()).isEqualTo(starts.get(0).parameters());
    assertThat(starts.get(1).steps()).isZero();
    assertThat(starts.get(1).history().learningRateScale()).isEqualTo(0.5);
    assertThat(metrics("a").get(0).path("type").asText()).isEqualTo("rollback");
  }

  @Test
  void atTheLimitTheRunStopsAlsoAfterAResume() throws IOException {
    String[] settings = {"train.rollback.learning-rate-factor=0.9", "train.rollback.limit=2"};
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> execute("a", Fault.WORKER, 5, RunObserver.NONE, settings))
          .isInstanceOf(DivergedException.class)
          .hasMessageStartingWith("training diverged in round 5: ")
          .hasMessageEndingWith("; rollbacks before: 2 (train.rollback.limit)");
      assertThat(checkpoints("a")).containsExactly("step-00000008");
      assertThat(metrics("a").stream().filter(row -> row.has("rollback")))
          .extracting(row -> row.path("learningRateScale").asDouble())
          .containsExactly(0.9, 0.9 * 0.9);
    }
    // A run with another rule can resume from there.
    RunResult result =
        execute("a", Fault.WORKER, 5, RunObserver.NONE, "train.rollback.learning-rate-factor=0.25");
    assertThat(result.step()).isEqualTo(24);
  }

  @Test
  void withoutDivergenceTheRulesDoNotChangeTheResult() throws IOException {
    RunResult rolling = execute("a", Fault.WORKER, 99, RunObserver.NONE);
    RunResult stopping =
        execute(
            "b",
            Fault.WORKER,
            99,
            RunObserver.NONE,
            "train.on-divergence=stop",
            "train.outlier-factor=0");
    assertThat(rolling.parametersSha256()).isEqualTo(stopping.parametersSha256());
  }

  private RunResult execute(
      String name, Fault fault, long round, RunObserver observer, String... settings)
      throws IOException {
    List<String> all = new ArrayList<>(SMALL);
    all.add("run.dir=" + directory.resolve(name));
    all.addAll(List.of(settings));
    return new TrainingRun(
            RunConfig.load(null, all),
            FILES,
            Engines.CPU,
            spec -> new Faulty(new LocalShardedData(spec, 2), fault, round),
            observer)
        .execute();
  }

  private static RunObserver killing(int afterRounds) {
    return new RunObserver() {
      private int heard;

      @Override
      public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
        if (++heard == afterRounds) {
          throw new IllegalStateException("killed");
        }
      }
    };
  }

  private List<String> checkpoints(String name) throws IOException {
    try (Stream<Path> folders = Files.list(directory.resolve(name).resolve("checkpoints"))) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(folder -> folder.startsWith("step-"))
          .sorted()
          .toList();
    }
  }

  private JsonNode training(String name, long step) throws IOException {
    return CheckpointStore.openVerified(
            new org.apache.hadoop.fs.Path(
                directory
                    .resolve(name)
                    .resolve(String.format("checkpoints/step-%08d", step))
                    .toString()),
            new Configuration())
        .manifest()
        .snapshot()
        .training();
  }

  private List<ObjectNode> metrics(String name) throws IOException {
    return ReproducibleRows.of(directory.resolve(name).resolve("metrics.jsonl"));
  }

  /** Diverges in one round while the learning rate is above 0.6 times the configured one. */
  private record Faulty(ShardedData data, Fault fault, long round) implements ShardedData {
    @Override
    public DataSummary survey(Split split) {
      return data.survey(split);
    }

    @Override
    public Workers workers(WorkerSpec spec, OuterStep outerStep) {
      Workers workers = data.workers(spec, outerStep);
      return new Workers() {
        private boolean poisoned;

        @Override
        public RoundResult run(Round asked) {
          poisoned = asked.number() == round && asked.learningRateScale() > 0.6;
          if (poisoned && fault == Fault.WORKER) {
            throw new DivergedException(asked.number(), "the loss of worker 1 is not finite");
          }
          RoundResult result = workers.run(asked);
          if (!poisoned || fault == Fault.EVALUATION) {
            return result;
          }
          float[] parameters = result.parameters().clone();
          List<float[]> outer = result.carried().outerState().stream().map(float[]::clone).toList();
          (fault == Fault.PARAMETERS ? parameters : outer.get(0))[3] = Float.POSITIVE_INFINITY;
          return new RoundResult(
              parameters,
              new CarriedState.InMemory(
                  result.carried().shared(), result.carried().workerStates(), outer),
              result.examples(),
              result.loss(),
              result.cost(),
              PeakMemory.UNKNOWN,
              List.of());
        }

        @Override
        public Evaluation evaluate(EvaluationSet part, float[] parameters) {
          Evaluation real = workers.evaluate(part, parameters);
          return poisoned && fault == Fault.EVALUATION
              ? new Evaluation(real.examples(), Double.NaN, 0, real.confusion())
              : real;
        }
      };
    }

    @Override
    public Evaluation evaluate(Scoring scoring, EvaluationSet part, float[] parameters) {
      return data.evaluate(scoring, part, parameters);
    }

    @Override
    public Predictions predict(Scoring scoring, Split split, float[] parameters) {
      return data.predict(scoring, split, parameters);
    }

    @Override
    public <T> List<T> onWorkers(OnWorker<T> function) {
      return data.onWorkers(function);
    }

    @Override
    public int parallelism(Device.Kind kind) {
      return data.parallelism(kind);
    }

    @Override
    public String description() {
      return data.description();
    }

    @Override
    public void close() {
      data.close();
    }
  }
}

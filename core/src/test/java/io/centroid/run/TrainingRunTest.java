package io.centroid.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Snapshot;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.ScoreCounts;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.ReproducibleRows;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunRecord.TextRecord;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.DivergedException;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingRunTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  /** Two workers, 450 training examples or so, 8 steps an epoch, rounds of 3, 3 and 2 steps. */
  private static final List<String> SMALL =
      List.of(
          "data.digits.train=500",
          "data.digits.test=100",
          "data.validation-split=0.1",
          "model.hidden=[12]",
          "train.local-steps=3",
          "train.batch-size=32",
          "optimizer.name=nesterov",
          "optimizer.learning-rate=0.05");

  @TempDir Path directory;

  @Test
  void aRunLearnsAndWritesResultMetricsAndCheckpoints() throws IOException {
    RunResult result = run("a");
    assertThat(result.runDir()).isEqualTo(directory.resolve("a").toString());
    assertThat(result.epochs()).isEqualTo(3);
    assertThat(result.stoppedEarly()).isNull();
    assertThat(result.step()).isEqualTo(24);
    assertThat(result.rounds()).isEqualTo(9);
    assertThat(result.examplesPerSecond()).isPositive();
    assertThat(result.parametersSha256()).hasSize(64);
    assertThat(result.validation()).containsOnlyKeys("accuracy", "loss");
    assertThat(result.test()).containsOnlyKeys("accuracy", "loss");
    assertThat(result.test().get("accuracy")).isGreaterThan(0.3);
    assertThat(result.bestStep()).isIn(8L, 16L, 24L);
    assertThat(checkpoints("a")).containsExactly("step-00000008", "step-00000016", "step-00000024");
    assertThat(result.examples() % 3).isZero();
    assertThat(files("a")).contains("effective.conf", "metrics.jsonl", "result.json");
    List<ObjectNode> metrics = metrics("a");
    assertThat(metrics).hasSize(9 + 3 + 1);
    assertThat(metrics.get(12).path("part").asText()).isEqualTo("test");
  }

  @Test
  void theMetricsOfARoundAreThoseOfItsStates() throws IOException {
    List<RoundMetrics> all = new ArrayList<>();
    RunReporter reporter =
        new RunReporter() {
          @Override
          public void onRound(Round round, TrainState state, RoundMetrics metrics) {
            all.add(metrics);
            float[] before = round.start().parameters();
            double squares = 0;
            for (int i = 0; i < before.length; i++) {
              double moved = (double) state.parameters()[i] - before[i];
              squares += moved * moved;
            }
            // The outer optimizer is the mean.
            assertThat(metrics.value(RoundMetric.DELTA_NORM))
                .isCloseTo(Math.sqrt(squares), withinPercentage(0.01));
          }
        };
    RunResult result =
        training("a", RunObserver.NONE, List.of(), List.of(factory(reporter))).execute();
    assertThat(all).hasSize(9);
    double parts = 0;
    for (RoundMetrics metrics : all) {
      assertThat(metrics.value(RoundMetric.LEARNING_RATE)).isCloseTo(0.05, within(1e-12));
      assertThat(metrics.value(RoundMetric.GRADIENT_NORM)).isBetween(0.01, 100.0);
      assertThat(metrics.value(RoundMetric.DELTA_COSINE)).isBetween(-0.5, 1.0);
      assertThat(metrics.value(RoundMetric.DRIVER_HEAP_BYTES)).isPositive();
      assertThat(metrics.value(RoundMetric.WAIT_SECONDS)).isNotNegative();
      assertThat(metrics.workers()).hasSize(2);
      parts +=
          metrics.value(RoundMetric.PUBLISH_SECONDS)
              + metrics.value(RoundMetric.COMPUTE_SECONDS)
              + metrics.value(RoundMetric.SCHEDULE_SECONDS)
              + metrics.value(RoundMetric.AGGREGATION_SECONDS);
    }
    // At first the workers agree.
    assertThat(all.get(0).value(RoundMetric.DELTA_COSINE)).isGreaterThan(0.1);
    double seconds = all.stream().mapToDouble(row -> row.value(RoundMetric.SECONDS)).sum();
    assertThat(parts).isBetween(0.7 * seconds, seconds + 1e-6);
    assertThat(all.stream().mapToDouble(row -> row.value(RoundMetric.BYTES_DOWN)).sum())
        .isEqualTo(result.bytesDown());
  }

  @Test
  void reportJsonHasTheLastEvaluationsAndWhereTheyWereComputed() throws IOException {
    Map<EvaluationSet, Evaluation> evaluations = new EnumMap<>(EvaluationSet.class);
    RunReporter reporter =
        new RunReporter() {
          @Override
          public Map<String, String> texts() {
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put("Once", " upon");
            texts.put("A", " time");
            return texts;
          }

          @Override
          public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
            evaluations.put(part, evaluation);
          }
        };
    RunResult result =
        training("a", RunObserver.NONE, List.of(), List.of(factory(reporter))).execute();
    byte[] content = Files.readAllBytes(directory.resolve("a/report.json"));
    RunRecord record = RunRecord.parse("report.json", content);
    assertThat(record.texts())
        .containsExactly(new TextRecord("Once", " upon"), new TextRecord("A", " time"));
    assertThat(record.environment())
        .containsEntry("engine", "cpu")
        .containsEntry("device", "cpu")
        .containsEntry("cores", String.valueOf(Runtime.getRuntime().availableProcessors()))
        .containsKeys("java", "os", "processor", "centroid", "host", "kernels", "workers");
    assertThat(record.evaluations()).containsOnlyKeys("validation", "test");
    RunRecord.EvaluationRecord test = requireNonNull(record.evaluations().get("test"));
    assertThat(test.metrics()).isEqualTo(result.test());
    assertThat(test.examples()).isEqualTo(100);
    long correct = 0;
    for (int label = 0; label < 10; label++) {
      correct += test.confusion().get(label).get(label);
    }
    assertThat(correct / 100.0).isEqualTo(result.test().get("accuracy"));
    ScoreCounts scores = requireNonNull(evaluations.get(EvaluationSet.TEST)).details().scores();
    assertThat(test.areas()).hasSize(10);
    for (int label = 0; label < 10; label++) {
      assertThat(test.areas().get(label))
          .isEqualTo(
              new RunRecord.AreasRecord(scores.averagePrecision(label), scores.rocArea(label)));
    }
    assertThat(test.images()).containsExactly(1, 28, 28);
    assertThat(test.mistakes()).hasSize((int) Math.min(25, 100 - correct));
    for (int i = 0; i < test.mistakes().size(); i++) {
      RunRecord.MistakeRecord mistake = test.mistakes().get(i);
      assertThat(mistake.predicted()).isNotEqualTo(mistake.actual());
      assertThat(Base64.getDecoder().decode(mistake.pixels())).hasSize(28 * 28);
      if (i > 0) {
        assertThat(mistake.probability())
            .isLessThanOrEqualTo(test.mistakes().get(i - 1).probability());
      }
    }
  }

  /** Hadoop throws an error, not an exception, if the local disk is full. */
  @Test
  void aReporterWhoseDiskIsFullIsDroppedAndTrainingContinues() throws IOException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "there is a /dev/full");
    List<String> notes = new ArrayList<>();
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onNote(String note) {
            notes.add(note);
          }
        };
    RunReporter reporter =
        new RunReporter() {
          @Override
          public void onRound(Round round, TrainState state, RoundMetrics metrics)
              throws IOException {
            RawLocalFileSystem disk = new RawLocalFileSystem();
            disk.initialize(URI.create("file:///"), new Configuration());
            try (OutputStream out = disk.create(new org.apache.hadoop.fs.Path("/dev/full"), true)) {
              out.write(1);
            }
          }
        };
    RunResult result = training("a", observer, List.of(), List.of(factory(reporter))).execute();
    assertThat(result.rounds()).isEqualTo(9);
    assertThat(notes)
        .containsOnlyOnce("test: No space left on device; the run continues without it");
  }

  private static RunReporter.Factory factory(RunReporter reporter) {
    return new RunReporter.Factory() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public Optional<RunReporter> open(ReportedRun run, TrainState start) {
        return Optional.of(reporter);
      }
    };
  }

  @Test
  void aRunIsLengthenedUntilItsLearningRateDecays() throws IOException {
    String[] settings = {
      "optimizer.schedule.name=warmup-stable-decay", "optimizer.schedule.decay-fraction=0.25"
    };
    RunResult whole = run("whole", with(settings, "train.epochs=6"));
    // 4 epochs have 32 steps, the last 8 of which decay; the run stops after 4 epochs of 6.
    assertThatThrownBy(
            () -> execute("a", failing("stopped", 9), List.of(with(settings, "train.epochs=4"))))
        .hasMessage("stopped");
    assertThat(run("a", with(settings, "train.epochs=6")).parametersSha256())
        .isEqualTo(whole.parametersSha256());
    assertThatThrownBy(() -> run("a", with(settings, "train.epochs=7")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "file:"
                + directory.resolve("a")
                + "/checkpoints/step-00000048 has another configuration (train.epochs was 6 and is"
                + " 7): the length can be changed only until the learning rate decays; choose"
                + " another run.dir, or start from it with model.init-from");
  }

  @Test
  void aRunWithACosineIsNotLengthened() throws IOException {
    String cosine = "optimizer.schedule.name=cosine";
    run("a", cosine, "train.epochs=1");
    assertThatThrownBy(() -> run("a", cosine, "train.epochs=2"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "has another configuration (train.epochs was 1 and is 2): the learning rate depends on"
                + " the length of the run (with optimizer.schedule.name = warmup-stable-decay only"
                + " at its end); choose another run.dir, or start from it with model.init-from");
    assertThatThrownBy(() -> run("a", cosine, "train.epochs=2", "train.seed=7"))
        .hasMessageContaining("train.epochs was 1 and is 2; train.seed was 42 and is 7); choose");
  }

  private static String[] with(String[] settings, String more) {
    return Stream.concat(Stream.of(settings), Stream.of(more)).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"metrics.jsonl", "effective.conf", "checkpoints/step-100.pt", "a/b"})
  void aFolderOfOtherFilesIsNotARun(String other) throws IOException {
    Path file = directory.resolve("a").resolve(other);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "somebody's");
    assertThatThrownBy(() -> run("a"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "run.dir: "
                + directory.resolve("a")
                + " is neither empty nor the folder of a run: it contains \""
                + other.replaceFirst("/.*", "")
                + "\" and no checkpoints; name a new folder");
    assertThat(file).hasContent("somebody's");
    try (Stream<Path> all = Files.walk(directory)) {
      assertThat(all.filter(Files::isRegularFile)).containsExactly(file);
    }
  }

  @Test
  void theRootIsNotARun() {
    assertThatThrownBy(() -> run("a", "run.dir=/"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("run.dir: / is neither empty nor the folder of a run");
  }

  @Test
  void anEmptyFolderOfAMountedDiskBecomesARun() throws IOException {
    Files.createDirectories(directory.resolve("a/lost+found"));
    Files.writeString(directory.resolve("a/.gitkeep"), "");
    assertThat(run("a").step()).isEqualTo(24);
  }

  @Test
  void aFinishedRunReturnsItsResultWithoutTraining() throws IOException {
    RunResult result = run("a");
    List<ObjectNode> metrics = metrics("a");
    RunResult again = execute("a", failing("trained again", 0), List.of());
    assertThat(again).isEqualTo(result);
    assertThat(metrics("a")).isEqualTo(metrics);
  }

  @Test
  void aTruncatedResultIsComputedAgain() throws IOException {
    RunResult result = run("a");
    List<ObjectNode> metrics = metrics("a");
    Path file = directory.resolve("a/result.json");
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() / 2));
    RunResult again = execute("a", failing("trained again", 0), List.of());
    assertThat(again.parametersSha256()).isEqualTo(result.parametersSha256());
    assertThat(again.validation()).isEqualTo(result.validation());
    assertThat(again.test()).isEqualTo(result.test());
    assertThat(metrics("a")).isEqualTo(metrics);
    assertThat(run("a")).isEqualTo(again);
  }

  @ParameterizedTest
  @CsvSource({
    "average,0,5",
    "reset,0,5",
    "keep,0,5",
    "average,1,2",
    "keep,1,5",
    "keep,2,7",
    "average,1,9"
  })
  void aResumedRunEndsBitwiseIdentical(String policy, int everyRounds, int stopAfter)
      throws IOException {
    String[] settings = {
      "train.inner-state=" + policy,
      "checkpoint.every-rounds=" + everyRounds,
      "train.workers=3",
      "train.local-steps=2"
    };
    RunResult undisturbed = run("undisturbed", settings);
    assertThatThrownBy(() -> execute("a", failing("stopped", stopAfter), List.of(settings)))
        .hasMessage("stopped");
    RunResult resumed = run("a", settings);
    requireSame(resumed, undisturbed);
    assertThat(metrics("a")).isEqualTo(metrics("undisturbed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nesterov", "adam"})
  void aResumedRunRestoresTheOuterState(String name) throws IOException {
    String[] settings = {"outer.name=" + name, "checkpoint.every-rounds=1", "train.workers=3"};
    RunResult undisturbed = run("undisturbed", settings);
    assertThatThrownBy(() -> execute("a", failing("stopped", 4), List.of(settings)))
        .hasMessage("stopped");
    requireSame(run("a", settings), undisturbed);
    assertThat(run("mean", "train.workers=3").parametersSha256())
        .isNotEqualTo(undisturbed.parametersSha256());
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "top-k"})
  void aResumedRunRestoresTheResiduals(String codec) throws IOException {
    String[] settings = {
      "average.codec=" + codec,
      "average.top-k-fraction=0.05",
      "train.inner-state=keep",
      "optimizer.name=adamw",
      "optimizer.learning-rate=0.002",
      "checkpoint.every-rounds=1",
      "train.workers=3"
    };
    RunResult undisturbed = run("undisturbed", settings);
    assertThatThrownBy(() -> execute("a", failing("stopped", 4), List.of(settings)))
        .hasMessage("stopped");
    requireSame(run("a", settings), undisturbed);
  }

  @Test
  void aMeasuredNumberOfLocalStepsIsStoredAndCanBeSet() throws IOException {
    String[] settings = {"train.local-steps=auto", "checkpoint.every-rounds=1"};
    assertThatThrownBy(() -> execute("a", failing("stopped", 2), List.of(settings)))
        .hasMessage("stopped");
    RunResult measured = run("a", settings);
    assertThat(measured.localSteps()).isPositive();
    RunResult byHand = run("b", "train.local-steps=" + measured.localSteps());
    assertThat(byHand.parametersSha256()).isEqualTo(measured.parametersSha256());
    assertThat(byHand.rounds()).isEqualTo(measured.rounds());
  }

  @Test
  void aRunThatStopsRightAfterACheckpointResumesFromIt() throws IOException {
    RunResult undisturbed = run("undisturbed");
    RunObserver stopping =
        new RunObserver() {
          @Override
          public void onMilestone(TrainState state) {
            throw new IllegalStateException("stopped");
          }
        };
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThatThrownBy(() -> execute("a", stopping, List.of())).hasMessage("stopped");
    }
    requireSame(run("a"), undisturbed);
    assertThat(metrics("a")).isEqualTo(metrics("undisturbed"));
  }

  @Test
  void aRunThatEndsInTheMiddleOfAnEpochKeepsItsLastMetrics() throws IOException {
    String[] settings = {"train.steps=11", "checkpoint.every-rounds=1"};
    RunResult result = run("a", settings);
    assertThat(result.step()).isEqualTo(11);
    TrainedModel model = load("a", false);
    assertThat(snapshot(model).metrics())
        .containsEntry("validation.loss", result.validation().get("loss"));
  }

  @Test
  void aSecondRunInTheSameProcessStartsFromTheSameParameters() throws IOException {
    RunResult one = run("a");
    RunResult other = run("b");
    requireSame(other, one);
  }

  @Test
  void aDamagedNewestCheckpointIsSkippedAndTheResultIsTheSame() throws IOException {
    RunResult result = run("a");
    Path newest = directory.resolve("a/checkpoints/step-00000024/parameters.safetensors");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length - 5] ^= 1;
    Files.write(newest, bytes);
    List<String> notes = new ArrayList<>();
    RunResult again =
        execute(
            "a",
            new RunObserver() {
              @Override
              public void onNote(String note) {
                notes.add(note);
              }
            },
            List.of());
    requireSame(again, result);
    assertThat(notes).anyMatch(note -> note.contains("skipped checkpoint"));
    assertThat(snapshot(load("a", false)).step()).isEqualTo(24);
  }

  @Test
  void anotherConfigurationIsRejectedAndChangesNothing() throws IOException {
    run("a");
    Map<String, String> before = files("a", true);
    assertThatThrownBy(() -> run("a", "optimizer.learning-rate=0.01", "train.workers=3"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("optimizer.learning-rate was 0.05 and is 0.01")
        .hasMessageContaining("train.workers was 2 and is 3");
    assertThat(files("a", true)).isEqualTo(before);
  }

  @Test
  void otherDataIsRejectedAndChangesNothing() throws IOException {
    Path data = table(60, 1);
    List<String> settings = csv(data);
    execute("a", RunObserver.NONE, settings);
    Map<String, String> before = files("a", true);
    table(60, 2);
    assertThatThrownBy(() -> execute("a", RunObserver.NONE, settings))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was trained on other data");
    assertThat(files("a", true)).isEqualTo(before);
  }

  @Test
  void damagedDataWritesNothing() throws IOException {
    Path data = table(60, 1);
    Files.writeString(data, Files.readString(data) + "1,2,nonsense\n");
    assertThatThrownBy(() -> execute("a", RunObserver.NONE, csv(data)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 62");
    assertThat(directory.resolve("a")).doesNotExist();
  }

  @Test
  void examplesWithoutTargetsAreRejected() throws IOException {
    Path data = table(60, 1);
    List<String> settings = new ArrayList<>(csv(data));
    settings.add("data.csv.target=nowhere");
    assertThatThrownBy(() -> execute("a", RunObserver.NONE, settings))
        .isInstanceOf(InputException.class)
        .hasMessage(
            data
                + ": line 1: no column 'nowhere', which data.csv.target names; the"
                + " columns are 'x1', 'x2', 'y'");
    assertThat(directory.resolve("a")).doesNotExist();
  }

  @Test
  void moreWorkersThanExamplesAreRejected() {
    assertThatThrownBy(() -> run("a", "data.digits.train=5", "train.workers=6"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("train.workers must be at most the number of");
    assertThat(directory.resolve("a")).doesNotExist();
  }

  @Test
  void fewerClassesThanLabelsAreRejected() {
    assertThatThrownBy(() -> run("a", "data.classes=5"))
        .isInstanceOf(InputException.class)
        .hasMessage("data.classes must be at least 10, the largest label plus one: 5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu"})
  void twoClassesAreLearnedByOneOutput(String engine) throws IOException {
    List<String> settings = new ArrayList<>(csv(signs(400, 1)));
    settings.addAll(
        List.of(
            "model.loss=binary-cross-entropy",
            "data.csv.target=class",
            "train.epochs=15",
            "compute.engine=" + engine));
    RunResult result = execute("a", RunObserver.NONE, settings);
    assertThat(result.validation()).containsOnlyKeys("accuracy", "loss");
    assertThat(result.validation().get("accuracy")).isGreaterThan(0.9);
    NetworkSpec network = load("a", true).network();
    assertThat(network.outputs()).isEqualTo(1);
    assertThat(network.engine()).isEqualTo(new CpuEngine());
  }

  @Test
  void moreThanTwoClassesAreRejectedForOneOutput() throws IOException {
    assertThatThrownBy(() -> run("a", "model.loss=binary-cross-entropy"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "data: the training examples have label 9, expected 0 or 1 (model.loss ="
                + " binary-cross-entropy)");
    List<String> settings = new ArrayList<>(csv(signs(50, 3)));
    settings.addAll(List.of("model.loss=binary-cross-entropy", "data.csv.target=class"));
    assertThatThrownBy(() -> execute("b", RunObserver.NONE, settings))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("signs.csv")
        .hasMessageContaining("0..1");
  }

  @Test
  void aRunWithoutTestExamplesHasNoTestMetrics() throws IOException {
    RunResult result = run("a", "data.digits.test=0", "train.epochs=1");
    assertThat(result.test()).isEmpty();
    RunResult unvalidated = run("b", "data.validation-split=0", "train.epochs=1");
    assertThat(unvalidated.validation()).isEmpty();
    assertThat(unvalidated.bestStep()).isNull();
  }

  @Test
  void theLossDecreasesOnATable() throws IOException {
    Path data = table(400, 1);
    List<String> settings = new ArrayList<>(csv(data));
    settings.addAll(List.of("train.epochs=15", "train.early-stopping.patience=5"));
    RunResult result = execute("a", RunObserver.NONE, settings);
    assertThat(result.validation()).containsOnlyKeys("meanAbsoluteError", "r2", "loss");
    assertThat(result.validation().get("loss")).isLessThan(0.05);
    assertThat(result.bestStep()).isPositive();
    assertThat(load("a", true).network().outputs()).isEqualTo(1);
  }

  @Test
  void aDivergedRunKeepsItsLastGoodCheckpoint() throws IOException {
    Path data = table(400, 1);
    List<String> settings = new ArrayList<>(csv(data));
    settings.addAll(
        List.of(
            "optimizer.learning-rate=1",
            "optimizer.schedule.warmup-steps=100",
            "checkpoint.every-rounds=1",
            "train.epochs=80"));
    assertThatThrownBy(() -> execute("a", RunObserver.NONE, settings))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("training diverged in round ");
    for (float value : load("a", false).parameters()) {
      assertThat(value).isFinite();
    }
    assertThat(directory.resolve("a/result.json")).doesNotExist();
  }

  @Test
  void aRunWithATooHighLearningRateIsRolledBackAndLearns() throws IOException {
    Path data = table(400, 1);
    List<String> settings = new ArrayList<>(csv(data));
    settings.addAll(
        List.of(
            "optimizer.learning-rate=1",
            "train.outlier-factor=10",
            "train.on-divergence=rollback",
            "train.rollback.learning-rate-factor=0.05",
            "train.epochs=15"));
    RunResult result = execute("a", RunObserver.NONE, settings);
    assertThat(result.validation().get("loss")).isLessThan(0.05);
    assertThat(metrics("a").stream().filter(row -> row.has("rollback")))
        .singleElement()
        .satisfies(row -> assertThat(row.path("reason").asText()).contains("its limit is "));
  }

  @Test
  void theInitialParametersAreFreedDuringTheRun() throws IOException {
    List<WeakReference<float[]>> first = new ArrayList<>();
    List<Long> released = new ArrayList<>();
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onStart(io.centroid.train.TrainingPlan plan, TrainState state) {
            first.add(new WeakReference<>(state.parameters()));
          }

          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            // A worker thread may reference its last task for a moment.
            if (round.number() >= 4 && released.isEmpty()) {
              System.gc();
              if (first.get(0).get() == null) {
                released.add(round.number());
              }
            }
          }
        };
    execute("a", observer, List.of("checkpoint.every-rounds=0"));
    assertThat(released).hasSize(1);
  }

  @Test
  void moreParametersThanAVectorHoldsAreRefused() {
    assertThatThrownBy(() -> run("large", "model.hidden=[50000,50000]"))
        .isInstanceOf(InputException.class)
        .hasMessageMatching("model must have at most 2,147,483,639 parameters: 2,5[0-9,]+");
  }

  @Test
  void aRunCanStartFromAnotherRunsParameters() throws IOException {
    RunResult first = run("first");
    float[] parameters = load("first", false).parameters();
    List<float[]> started = new ArrayList<>();
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onStart(io.centroid.train.TrainingPlan plan, TrainState state) {
            started.add(state.parameters());
          }
        };
    execute(
        "second",
        observer,
        List.of("model.init-from=" + first.runDir(), "train.seed=7", "train.epochs=1"));
    assertThat(started.get(0)).isEqualTo(parameters);
    assertThatThrownBy(() -> run("third", "model.init-from=" + first.runDir(), "model.hidden=[13]"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tensor 0 is 0.weight [12, 784], expected 0.weight [13, 784]");
    assertThat(directory.resolve("third")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 8})
  void earlyStoppingIsTheSameAfterAResume(int stopAfter) throws IOException {
    String[] settings = {
      "train.epochs=20",
      "train.early-stopping.patience=2",
      "train.early-stopping.minimum-gain=0.5",
      "checkpoint.every-rounds=1"
    };
    RunResult undisturbed = run("undisturbed", settings);
    assertThat(undisturbed.epochs()).isBetween(3, 6);
    assertThat(undisturbed.stoppedEarly())
        .matches("validation accuracy has not improved on 0\\.\\d{4} for 2 epochs");
    List<ObjectNode> metrics = metrics("undisturbed");
    assertThat(execute("undisturbed", failing("trained again", 0), List.of(settings)))
        .isEqualTo(undisturbed);
    assertThat(metrics("undisturbed")).isEqualTo(metrics);
    assertThatThrownBy(() -> execute("a", failing("stopped", stopAfter), List.of(settings)))
        .hasMessage("stopped");
    requireSame(run("a", settings), undisturbed);
    assertThat(metrics("a")).isEqualTo(metrics);
  }

  @Test
  void aModelIsLoadedFromARunOrACheckpoint() throws IOException {
    RunResult result = run("a");
    TrainedModel newest = load("a", false);
    assertThat(FloatVector.sha256(newest.parameters())).isEqualTo(result.parametersSha256());
    assertThat(newest.network().outputs()).isEqualTo(10);
    assertThat(newest.normalization().scale()).containsExactly(1 / 255f);
    assertThat(newest.dataKeys()).containsEntry("data.digits.train", "500");
    assertThat(snapshot(load("a", true)).step()).isEqualTo(result.bestStep());
    TrainedModel first = load("a/checkpoints/step-00000008", false);
    assertThat(snapshot(first).step()).isEqualTo(8);
    assertThatThrownBy(() -> load("nowhere", false)).isInstanceOf(InputException.class);
  }

  private static void requireSame(RunResult found, RunResult expected) {
    assertThat(found.parametersSha256()).isEqualTo(expected.parametersSha256());
    assertThat(found.step()).isEqualTo(expected.step());
    assertThat(found.rounds()).isEqualTo(expected.rounds());
    assertThat(found.epochs()).isEqualTo(expected.epochs());
    assertThat(found.examples()).isEqualTo(expected.examples());
    assertThat(found.validation()).isEqualTo(expected.validation());
    assertThat(found.test()).isEqualTo(expected.test());
    assertThat(found.bestStep()).isEqualTo(expected.bestStep());
  }

  private RunResult run(String name, String... settings) throws IOException {
    return execute(name, RunObserver.NONE, List.of(settings));
  }

  private RunResult execute(String name, RunObserver observer, List<String> settings)
      throws IOException {
    return training(name, observer, settings, List.of()).execute();
  }

  private TrainingRun training(
      String name,
      RunObserver observer,
      List<String> settings,
      List<RunReporter.Factory> reporters) {
    List<String> all = new ArrayList<>(SMALL);
    all.add("run.dir=" + directory.resolve(name));
    all.addAll(settings);
    return new TrainingRun(
        RunConfig.load(null, all),
        FILES,
        Engines.CPU,
        spec -> new LocalShardedData(spec, 2),
        observer,
        reporters);
  }

  /** Throws after so many rounds, or before training if there are none. */
  private static RunObserver failing(String message, int rounds) {
    return new RunObserver() {
      private int heard;

      @Override
      public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
        heard++;
        if (heard >= rounds) {
          throw new IllegalStateException(message);
        }
      }
    };
  }

  private static Snapshot snapshot(TrainedModel model) throws IOException {
    return CheckpointStore.openVerified(
            new org.apache.hadoop.fs.Path(model.path()), new Configuration())
        .manifest()
        .snapshot();
  }

  private TrainedModel load(String name, boolean best) throws IOException {
    return TrainedModel.load(FILES, directory.resolve(name).toString(), best, Engines.CPU);
  }

  /** y = x1 - 2 x2, with x in [-1, 1]. */
  private Path table(int rows, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder("x1,x2,y\n");
    for (int row = 0; row < rows; row++) {
      double x1 = random.nextDouble() * 2 - 1;
      double x2 = random.nextDouble() * 2 - 1;
      text.append((float) x1).append(',').append((float) x2).append(',');
      text.append((float) (x1 - 2 * x2)).append('\n');
    }
    return Files.writeString(directory.resolve("table.csv"), text);
  }

  /** The class is {@code positive} where x1 exceeds 2 x2, else 0. */
  private Path signs(int rows, int positive) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("x1,x2,class\n");
    for (int row = 0; row < rows; row++) {
      double x1 = random.nextDouble() * 2 - 1;
      double x2 = random.nextDouble() * 2 - 1;
      text.append((float) x1).append(',').append((float) x2).append(',');
      text.append(x1 > 2 * x2 ? positive : 0).append('\n');
    }
    return Files.writeString(directory.resolve("signs.csv"), text);
  }

  private static List<String> csv(Path data) {
    return List.of(
        "data.format=csv",
        "data.path=" + data,
        "data.csv.target=y",
        "data.csv.features=numbers",
        "data.normalization=standardize",
        "model.loss=mean-squared-error",
        "train.batch-size=16");
  }

  private List<ObjectNode> metrics(String name) throws IOException {
    return ReproducibleRows.of(directory.resolve(name).resolve("metrics.jsonl"));
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

  private List<String> files(String name) throws IOException {
    return List.copyOf(files(name, false).keySet());
  }

  private Map<String, String> files(String name, boolean withTimes) throws IOException {
    Map<String, String> found = new TreeMap<>();
    Path root = directory.resolve(name);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content =
            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        String time = withTimes ? Files.getLastModifiedTime(file) + " " : "";
        found.put(root.relativize(file).toString(), time + content);
      }
    }
    return found;
  }
}

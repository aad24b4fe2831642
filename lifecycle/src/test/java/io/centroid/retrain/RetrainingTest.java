package io.centroid.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.config.RunConfig;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.encryption.KeyFiles;
import io.centroid.encryption.ManifestSigner;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.registry.AliasConflictException;
import io.centroid.registry.ModelRegistry;
import io.centroid.run.RunObserver;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunReporter;
import io.centroid.tracking.MlflowServer;
import io.centroid.train.DivergedException;
import io.centroid.train.LocalShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retraining on small tables whose class is the sign of the first feature. */
final class RetrainingTest {
  /** Simulates a killed process; not caught by cleanup code. */
  private static final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A lenient promotion rule. */
  private static final String[] LENIENT = {
    "retrain.rule.non-inferiority=0.5", "retrain.rule.worst-class-drop=1"
  };

  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir Path folder;

  private final List<String> exported = new ArrayList<>();
  private final List<String> exportData = new ArrayList<>();
  private final List<RunReporter.Factory> reporters = new ArrayList<>();
  private Phase.Observer phases = Phase.Observer.NONE;
  private boolean exportFails;

  @BeforeEach
  void writeData() throws IOException {
    table("frozen.csv", 400, 0, 9);
    table("increments/day-1.csv", 200, 0, 1);
  }

  @Test
  void theMetricsOfAnAttemptsTrainingAreReported() throws IOException {
    List<Long> rounds = new ArrayList<>();
    List<String> folders = new ArrayList<>();
    reporters.add(
        new RunReporter.Factory() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public Optional<RunReporter> open(ReportedRun run, TrainState start) {
            folders.add(run.directory().getName());
            return Optional.of(
                new RunReporter() {
                  @Override
                  public void onRound(Round round, TrainState state, RoundMetrics metrics) {
                    rounds.add(metrics.round());
                  }
                });
          }
        });
    assertThat(retrain().outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(folders).containsExactly("run");
    assertThat(rounds).isNotEmpty().first().isEqualTo(1L);
    assertThat(rounds).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void firstVersionIsPromotedWithItsExports() throws IOException {
    Retraining.Result result = retrain("retrain.exports=[onnx, dl4j]");
    assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(exported).containsExactly("onnx", "dl4j");
    assertThat(registry().version(1).record().exports()).containsExactly("dl4j", "onnx");
    assertThat(registry().version(1).record().files())
        .containsKeys("effective.conf", "result.json", "profile.json", "report.json");
    Path version = folder.resolve("registry/signs/versions/000001");
    assertThat(version.resolve("comparison.json")).content().contains("\"attempt\"");
    byte[] report = Files.readAllBytes(version.resolve("report.json"));
    assertThat(RunRecord.parse("report.json", report).evaluations()).isNotEmpty();
    assertThat(registry().version(1).record().provenance().metrics().get("frozen.accuracy"))
        .isGreaterThan(0.9);
    assertThat(retrain().outcome()).isEqualTo(Outcome.NOTHING_NEW);
  }

  @Test
  void keysAreCheckedBeforeAnAttemptBegins() throws IOException {
    assertThatThrownBy(() -> retrain(signing()[0]))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("signature.trusted needs signature.key");
    assertThat(folder.resolve("registry")).doesNotExist();
  }

  /** Its checkpoint was written before the settings asked for signatures. */
  @Test
  void anAttemptWhoseCheckpointIsNotSignedResumesOnceItIs() throws IOException {
    reporters.add(crashing());
    String often = "checkpoint.every-rounds=1";
    assertThatThrownBy(() -> retrain(often)).isInstanceOf(SimulatedCrash.class);
    reporters.clear();
    String[] signing = signing();
    assertThatThrownBy(() -> retrain(often, signing[0], signing[1]))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not signed, expected manifest.sig of a trusted key")
        .hasMessageContaining("centroid key sign file:" + folder + "/registry/signs/retrain/");
    assertThat(state(1).outcome()).isEmpty();
    Path run = folder.resolve("registry/signs/retrain/attempts/000001/run");
    CheckpointStore.of(
            new org.apache.hadoop.fs.Path(run.toUri()),
            FILES.configuration(),
            CheckpointListener.LOGGED)
        .newest()
        .orElseThrow()
        .sign(
            ManifestSigner.of(
                "--with", "file://" + folder.resolve("own.pem"), FILES.configuration()));
    Retraining.Result resumed = retrain(often, signing[0], signing[1]);
    assertThat(resumed.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(resumed.report().path("attempt").asInt()).isEqualTo(1);
    assertThat(registry().version(1).record().files()).containsKey("checkpoint/manifest.sig");
  }

  private String[] signing() throws IOException {
    Path trusted = folder.resolve("own.pub");
    KeyFiles.newSigningKey(folder.resolve("own.pem"), trusted);
    return new String[] {
      "signature.trusted=[" + trusted + "]", "signature.key=file://" + folder.resolve("own.pem")
    };
  }

  private static RunReporter.Factory crashing() {
    return new RunReporter.Factory() {
      @Override
      public String name() {
        return "crashing";
      }

      @Override
      public Optional<RunReporter> open(ReportedRun run, TrainState start) {
        return Optional.of(
            new RunReporter() {
              @Override
              public void onRound(Round round, TrainState state, RoundMetrics metrics) {
                if (metrics.round() == 4) {
                  throw new SimulatedCrash();
                }
              }
            });
      }
    };
  }

  @Test
  void failedExportPromotesNothingAndIsRetried() throws IOException {
    exportFails = true;
    assertThatThrownBy(() -> retrain("retrain.exports=[onnx]"))
        .isInstanceOf(IOException.class)
        .hasMessage("outputs differ");
    assertThat(registry().versions()).isEmpty();
    exportFails = false;
    assertThat(retrain("retrain.exports=[onnx]").outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(registry().versions()).hasSize(1);
  }

  @Test
  void attemptIsAbandonedIfDataOrConfigurationChanged() throws IOException {
    crashAt(Phase.PLANNED);
    assertThatThrownBy(this::retrain).isInstanceOf(SimulatedCrash.class);
    table("increments/day-1.csv", 210, 0, 2);
    assertThatThrownBy(this::retrain).isInstanceOf(SimulatedCrash.class);
    assertThat(state(1).outcome()).contains(Outcome.ABANDONED);
    assertThat(state(1).reasons())
        .containsExactly("data increment day-1.csv was changed before the attempt was finished");
    phases = Phase.Observer.NONE;
    assertThat(retrain("train.seed=5").report().path("attempt").asInt()).isEqualTo(3);
    assertThat(state(2).outcome()).contains(Outcome.ABANDONED);
    assertThat(registry().versions()).hasSize(1);
  }

  @Test
  void concurrentMoveOfTheChampionWinsAndTheDataStaysNew() throws IOException {
    retrain();
    table("increments/day-2.csv", 2_000, 0, 3);
    phases =
        phase -> {
          if (phase == Phase.REGISTERED) {
            // Moved away and back: the same version, but a newer record.
            registry().aliases().move("champion", 2, "manual");
            registry().aliases().rollback("champion", "manual");
          }
        };
    assertThatThrownBy(() -> retrain(LENIENT))
        .isInstanceOf(AliasConflictException.class)
        .hasMessageStartingWith("champion was moved by another writer");
    assertThat(registry().aliases().current("champion").orElseThrow().version()).isEqualTo(1);
    assertThat(state(2).outcome()).contains(Outcome.ALIAS_CONFLICT);
    phases = Phase.Observer.NONE;
    Retraining.Result again = retrain(LENIENT);
    assertThat(again.report().path("attempt").asInt()).isEqualTo(3);
    assertThat(again.report().path("new").get(0).asText()).isEqualTo("day-2.csv");
    assertThat(again.outcome()).isEqualTo(Outcome.PROMOTED);
  }

  @Test
  void driftedDataIsVetoedAndQuarantined() throws IOException {
    retrain();
    table("increments/day-2.csv", 500, 30, 4);
    Retraining.Result vetoed = retrain("retrain.drift.veto=0.25");
    assertThat(vetoed.outcome()).isEqualTo(Outcome.VETOED);
    assertThat(vetoed.report().path("drift").path("inputs").path("psi").asDouble())
        .isGreaterThan(1);
    assertThat(vetoed.report().path("drift").path("worst").get(0).path("feature").asInt())
        .isEqualTo(0);
    assertThat(registry().versions()).hasSize(1);
    assertThat(retrain("retrain.drift.veto=0.25").outcome()).isEqualTo(Outcome.NOTHING_NEW);
  }

  @Test
  void columnsOfNewDataAreFoundByName() throws IOException {
    String[] scaled = {
      "data.normalization=standardize", "retrain.drift.veto=0.5", "retrain.train-on=new"
    };
    retrain(scaled);
    table("increments/day-2.csv", 2_000, 0, 3);
    permute("increments/day-2.csv");
    Retraining.Result second = retrain(scaled);
    assertThat(second.report().path("drift").path("inputs").path("psi").asDouble()).isLessThan(0.2);
    assertThat(second.report().path("validation").path("champion").path("accuracy").asDouble())
        .isGreaterThan(0.9);
    assertThat(second.report().path("validation").path("challenger").path("accuracy").asDouble())
        .isGreaterThan(0.9);
  }

  @Test
  void dataBelowTheDriftThresholdWaits() throws IOException {
    retrain();
    table("increments/day-2.csv", 2_000, 0, 5);
    assertThat(retrain("retrain.drift.start=0.5").outcome()).isEqualTo(Outcome.WAITING);
    assertThat(retrain("retrain.drift.start=0.5").outcome()).isEqualTo(Outcome.WAITING);
    Retraining.Result started = retrain(LENIENT);
    assertThat(started.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(started.report().path("new").get(0).asText()).isEqualTo("day-2.csv");
  }

  @Test
  void dataWithoutGainStaysInTheTrainingData() throws IOException {
    retrain();
    table("increments/day-2.csv", 20, 0, 6);
    String[] demanding = {"retrain.rule.minimum-gain=0.9", "retrain.rule.worst-class-drop=1"};
    Retraining.Result second = retrain(demanding);
    assertThat(second.outcome()).isEqualTo(Outcome.NO_GAIN);
    table("increments/day-3.csv", 20, 0, 7);
    assertThat(retrain(demanding).report().path("trainedOn")).hasSize(3);
  }

  @Test
  void divergedTrainingIsRecordedAndItsDataQuarantined() throws IOException {
    retrain();
    table("increments/day-2.csv", 50, 0, 8);
    assertThatThrownBy(() -> retrain("optimizer.learning-rate=1e30"))
        .isInstanceOf(DivergedException.class);
    assertThat(state(2).outcome()).contains(Outcome.DIVERGED);
    assertThat(retrain().outcome()).isEqualTo(Outcome.NOTHING_NEW);
    assertThat(registry().aliases().current("champion").orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void dataThatIsTooLittleStaysNewAndMoreDataIsTrainedOnAfresh() throws IOException {
    table("increments/day-1.csv", 2, 0, 1);
    String[] many = {"train.workers=5", "data.validation-split=0"};
    for (int attempt = 1; attempt <= 2; attempt++) {
      assertThatThrownBy(() -> retrain(many))
          .isInstanceOf(InputException.class)
          .hasMessage("train.workers must be at most the number of training examples, 2: 5");
      assertThat(state(attempt).outcome()).contains(Outcome.FAILED);
      assertThat(state(attempt).phase()).isEqualTo(Phase.DONE);
      assertThat(state(attempt).reasons())
          .containsExactly("train.workers must be at most the number of training examples, 2: 5");
    }
    table("increments/day-2.csv", 200, 0, 2);
    Retraining.Result result = retrain(many);
    assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(result.report().path("attempt").asInt()).isEqualTo(3);
    assertThat(result.report().path("new"))
        .extracting(JsonNode::asText)
        .containsExactly("day-1.csv", "day-2.csv");
    table("increments/day-3.csv", 2, 0, 3);
    assertThatThrownBy(() -> retrain("train.workers=5", "retrain.train-on=new"))
        .isInstanceOf(InputException.class);
    assertThat(state(4).outcome()).contains(Outcome.FAILED);
    table("increments/day-4.csv", 200, 0, 4);
    assertThat(retrain("train.workers=5", "retrain.train-on=new").report().path("new"))
        .extracting(JsonNode::asText)
        .containsExactly("day-3.csv", "day-4.csv");
  }

  @Test
  void aFailureAfterTheTrainingLeavesTheAttemptToBeResumed() throws IOException {
    Path frozen = folder.resolve("frozen.csv");
    Path aside = folder.resolve("aside.csv");
    phases =
        phase -> {
          if (phase == Phase.TRAINED) {
            Files.move(frozen, aside);
          }
        };
    assertThatThrownBy(this::retrain).isInstanceOf(InputException.class);
    assertThat(state(1).phase()).isEqualTo(Phase.TRAINED);
    assertThat(state(1).outcome()).isEmpty();
    phases = Phase.Observer.NONE;
    Files.move(aside, frozen);
    Retraining.Result resumed = retrain();
    assertThat(resumed.report().path("attempt").asInt()).isEqualTo(1);
    assertThat(resumed.outcome()).isEqualTo(Outcome.PROMOTED);
  }

  @Test
  void defectiveDataIsQuarantinedWithItsReasonAndTheOthersAreUsed() throws IOException {
    retrain();
    table("increments/day-2.csv", 2_000, 0, 3);
    write("increments/day-3-cut.csv", "label,x,y\n1,0.5,0.5\n0,-0.".getBytes(UTF_8));
    write("increments/day-4-empty.csv", new byte[0]);
    write("increments/day-5-header.csv", "label,x,y\n".getBytes(UTF_8));
    write("increments/day-6-columns.csv", "label,x,z\n1,0.5,1\n".getBytes(UTF_8));
    write("increments/day-7-label.csv", "label,x,y\n2,0.5,0.5\n".getBytes(UTF_8));
    write("increments/day-8.csv.gz", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0});
    write("increments/day-9-bytes.csv", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    Retraining.Result result = retrain(LENIENT);
    assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(result.report().path("new"))
        .extracting(JsonNode::asText)
        .containsExactly("day-2.csv");
    assertThat(result.report().path("quarantined").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly(
            "day-3-cut.csv",
            "day-4-empty.csv",
            "day-5-header.csv",
            "day-6-columns.csv",
            "day-7-label.csv",
            "day-8.csv.gz",
            "day-9-bytes.csv");
    assertThat(result.report().path("quarantined").path("day-5-header.csv").asText())
        .contains("day-5-header.csv");
    assertThat(retrain(LENIENT).outcome()).isEqualTo(Outcome.NOTHING_NEW);
  }

  @Test
  void dataOfWhichNoneCanBeUsedIsBadInputOnce() throws IOException {
    retrain();
    write("increments/day-2.csv", "label,x,y\n1,0.5\n".getBytes(UTF_8));
    assertThatThrownBy(() -> retrain())
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("no new data can be used; quarantined: day-2.csv (");
    assertThat(retrain().outcome()).isEqualTo(Outcome.NOTHING_NEW);
    table("increments/day-2.csv", 2_000, 0, 3);
    assertThat(retrain(LENIENT).outcome()).isEqualTo(Outcome.PROMOTED);
  }

  @Test
  void aFileThatWasCutAtTheEndOfARowAndIsFinishedLaterIsUsedWhole() throws IOException {
    retrain();
    table("increments/day-2.csv", 400, 0, 3);
    Path file = folder.resolve("increments/day-2.csv");
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.indexOf('\n', whole.length() / 2) + 1));
    Retraining.Result half = retrain(LENIENT);
    assertThat(half.outcome()).isEqualTo(Outcome.PROMOTED);
    Files.writeString(file, whole);
    Retraining.Result again = retrain(LENIENT);
    assertThat(again.report().path("new"))
        .extracting(JsonNode::asText)
        .containsExactly("day-2.csv");
    assertThat(again.report().path("trainedOn")).hasSize(2);
    assertThat(retrain(LENIENT).outcome()).isEqualTo(Outcome.NOTHING_NEW);
  }

  @Test
  void theFrozenSetMayBeAFolderOfAnyCsvFiles() throws IOException {
    table("frozen/valid.csv", 300, 0, 9);
    table("frozen/more.csv", 100, 0, 10);
    String validation = "retrain.validation=" + folder.resolve("frozen");
    Retraining.Result result = retrain(validation, "retrain.exports=[onnx]");
    assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(result.report().path("validation").path("challenger").path("examples").asInt())
        .isEqualTo(400);
    assertThat(exportData).contains("data.parts=[\"more.csv\",\"valid.csv\"]");
  }

  @Test
  void anUnusableFrozenSetIsFoundBeforeItIsPinnedOrAnythingIsTrained() throws IOException {
    for (String content :
        new String[] {"label,x,y\n", "x,y\n1,2\n", "label,x,y\n1,0.5\n", "label,x\n1,a\n"}) {
      write("frozen.csv", content.getBytes(UTF_8));
      assertThatThrownBy(this::retrain)
          .as(content)
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("retrain.validation: ")
          .hasMessageContaining("frozen.csv");
      assertThat(folder.resolve("registry/signs/retrain/validation.json")).doesNotExist();
      assertThat(folder.resolve("registry/signs/retrain/attempts")).doesNotExist();
    }
    table("frozen.csv", 400, 0, 9);
    assertThat(retrain().outcome()).isEqualTo(Outcome.PROMOTED);
    assertThatThrownBy(
            () -> {
              table("increments/day-2.csv", 50, 0, 3);
              Files.delete(folder.resolve("registry/signs/retrain/validation.json"));
              write("frozen.csv", "label,x,z\n1,2,3\n".getBytes(UTF_8));
              retrain();
            })
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "frozen.csv: line 1: no column 'y', expected the columns of the training data");
  }

  @Test
  void labelsMayBeWordsFromTheFirstAttemptOn() throws IOException {
    for (String labels : List.of("cat dog", "-1 1")) {
      String registry = "registry.dir=" + folder.resolve("registry of " + labels);
      String[] words = labels.split(" ");
      Files.deleteIfExists(folder.resolve("increments/day-2.csv"));
      Files.deleteIfExists(folder.resolve("increments/day-3.csv"));
      table("frozen.csv", 400, 0, 9, words);
      table("increments/day-1.csv", 200, 0, 1, words);
      // Short, so that the second is better.
      assertThat(retrain(registry, "train.epochs=1").outcome())
          .as(labels)
          .isEqualTo(Outcome.PROMOTED);
      table("increments/day-2.csv", 2_000, 0, 3, words);
      table("increments/day-3.csv", 50, 0, 4, words[0], "bird");
      Retraining.Result second = retrain(registry, LENIENT[0], LENIENT[1]);
      assertThat(second.outcome()).as(second.report().toString()).isEqualTo(Outcome.PROMOTED);
      assertThat(second.report().path("validation").path("challenger").path("accuracy").asDouble())
          .isGreaterThan(0.9);
      assertThat(second.report().path("quarantined").properties())
          .extracting(Map.Entry::getKey)
          .containsExactly("day-3.csv");
      assertThat(second.report().path("quarantined").path("day-3.csv").asText()).contains("bird");
    }
  }

  @Test
  void configuredClassNamesCountFromTheFirstAttemptOn() throws IOException {
    table("frozen.csv", 400, 0, 9, "dog", "cat");
    table("increments/day-1.csv", 200, 0, 1, "dog", "cat");
    String labels = "data.csv.labels=[dog, cat, bird]";
    String classes = "data.classes=3";
    assertThat(retrain(labels, classes).outcome()).isEqualTo(Outcome.PROMOTED);
    table("increments/day-2.csv", 200, 0, 2, "bird", "dog");
    table("increments/day-3.csv", 200, 0, 3, "wolf", "dog");
    Retraining.Result second = retrain(labels, classes);
    assertThat(second.report().path("new"))
        .extracting(JsonNode::asText)
        .containsExactly("day-2.csv");
    assertThat(second.report().path("quarantined").path("day-3.csv").asText()).contains("wolf");
  }

  @Test
  void aColumnOnlySomeIncrementsHaveIsNoFeature() throws IOException {
    permute("increments/day-1.csv");
    assertThat(retrain().outcome()).isEqualTo(Outcome.PROMOTED);
    table("increments/day-0.csv", 400, 0, 3);
    permute("increments/day-0.csv");
    table("increments/day-2.csv", 400, 0, 4);
    Retraining.Result scratch = retrain("retrain.start=scratch", LENIENT[0], LENIENT[1]);
    assertThat(scratch.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(scratch.report().path("validation").path("challenger").path("accuracy").asDouble())
        .isGreaterThan(0.9);
    assertThat(retrain().outcome()).isEqualTo(Outcome.NOTHING_NEW);
  }

  @Test
  void aChallengerHasTheClassesOfTheChampionThoughItsDataLacksOne() throws IOException {
    for (String labels : List.of("a b c", "0 1 2")) {
      String registry = "registry.dir=" + folder.resolve("registry of " + labels);
      String[] all = labels.split(" ");
      Files.deleteIfExists(folder.resolve("increments/day-2.csv"));
      Files.deleteIfExists(folder.resolve("increments/day-3.csv"));
      table("frozen.csv", 400, 0, 9, all);
      table("increments/day-1.csv", 300, 0, 1, all[0], all[1]);
      String[] settings = {
        registry, "data.classes=0", "retrain.train-on=new", "retrain.start=champion"
      };
      Retraining.Result first = retrain(settings);
      assertThat(first.outcome()).as(labels).isEqualTo(Outcome.PROMOTED);
      assertThat(first.report().path("validation").path("challenger").path("examples").asInt())
          .isEqualTo(400);
      table("increments/day-2.csv", 300, 0, 2, all[0], all[1]);
      retrain(settings);
      assertThat(state(registry, 2).outcome()).as(labels).isPresent();
      table("increments/day-3.csv", 300, 0, 3, all[0], all[1]);
      settings[3] = "retrain.start=scratch";
      retrain(settings);
      assertThat(state(registry, 3).outcome()).as(labels).isPresent();
    }
  }

  @Test
  void anInterruptedAttemptResumesThoughItsDataLostItsMarkerOrIsYoung() throws IOException {
    write("increments/day-1.csv.done", new byte[0]);
    String marker = "retrain.marker=done";
    crashAt(Phase.PLANNED);
    assertThatThrownBy(() -> retrain(marker)).isInstanceOf(SimulatedCrash.class);
    phases = Phase.Observer.NONE;
    Files.delete(folder.resolve("increments/day-1.csv.done"));
    Retraining.Result resumed = retrain(marker, "retrain.minimum-age=2h");
    assertThat(resumed.report().path("attempt").asInt()).isEqualTo(1);
    assertThat(resumed.outcome()).isEqualTo(Outcome.PROMOTED);
  }

  @Test
  void mlflowsRegistryFollowsVersionsAndAliases() throws IOException {
    try (MlflowServer server = new MlflowServer()) {
      server.acceptLocalSources();
      String uri = "report.mlflow.uri=" + server.uri();
      crashAt(Phase.REGISTERED);
      assertThatThrownBy(() -> retrain(uri)).isInstanceOf(SimulatedCrash.class);
      assertThat(server.versions()).isEmpty();
      phases = Phase.Observer.NONE;
      assertThat(retrain(uri).outcome()).isEqualTo(Outcome.PROMOTED);
      table("increments/day-2.csv", 2_000, 0, 3);
      assertThat(retrain(uri, LENIENT[0], LENIENT[1]).outcome()).isEqualTo(Outcome.PROMOTED);
      assertThat(server.refusals()).isEmpty();
      assertThat(server.aliases("signs")).isEqualTo(Map.of("challenger", "2", "champion", "2"));
      for (int number = 1; number <= 2; number++) {
        MlflowServer.Version version = server.versions().get(number - 1);
        assertThat(version.source()).isEqualTo(registry().version(number).path().toString());
        assertThat(version.tags())
            .containsEntry("centroid.version", Integer.toString(number))
            .containsEntry(
                "centroid.sha256",
                registry().version(number).record().provenance().parametersSha256());
      }
    }
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }

  /** Writes a table's columns label,x,y as y,note,x,label. */
  private void permute(String name) throws IOException {
    Path file = folder.resolve(name);
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split(",");
      boolean header = lines.isEmpty();
      lines.add(fields[2] + (header ? ",note," : ",-,") + fields[1] + "," + fields[0]);
    }
    Files.write(file, lines);
  }

  private void crashAt(Phase last) {
    phases =
        phase -> {
          if (phase == last) {
            throw new SimulatedCrash();
          }
        };
  }

  private Retraining.Result retrain(String... settings) throws IOException {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "compute.workers=local",
                "data.format=csv",
                "data.path=" + folder.resolve("increments"),
                "data.classes=2",
                "data.csv.features=numbers",
                "data.normalization=none",
                "model.hidden=[4]",
                "train.epochs=20",
                "train.batch-size=8",
                "registry.dir=" + folder.resolve("registry"),
                "registry.model=signs",
                "retrain.exports=[]",
                "retrain.validation=" + folder.resolve("frozen.csv")));
    keys.addAll(List.of(settings));
    return new Retraining(
            more -> {
              List<String> all = new ArrayList<>(keys);
              all.addAll(more);
              return RunConfig.load(null, all);
            },
            FILES,
            Engines.of(new CpuEngine(), new Dl4jEngine()),
            shards -> new LocalShardedData(shards, 1),
            RunObserver.NONE,
            reporters,
            this::export,
            phases)
        .execute();
  }

  private void export(
      String format,
      org.apache.hadoop.fs.Path checkpoint,
      List<String> data,
      org.apache.hadoop.fs.Path to)
      throws IOException {
    if (exportFails) {
      throw new IOException("outputs differ");
    }
    exported.add(format);
    exportData.addAll(data);
    Path place = Files.createDirectories(Path.of(to.toUri()));
    Files.writeString(place.resolve("model." + format), checkpoint.getName());
  }

  private ModelRegistry registry() {
    try {
      return ModelRegistry.of(FILES, folder.resolve("registry").toString(), "signs");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Attempt state(int attempt) throws IOException {
    return state("registry.dir=" + folder.resolve("registry"), attempt);
  }

  private static Attempt state(String registry, int attempt) throws IOException {
    Path file =
        Path.of(
            registry.substring("registry.dir=".length()),
            "signs/retrain/attempts/%06d/state.json".formatted(attempt));
    return Attempt.parse(file.toString(), Files.readAllBytes(file));
  }

  private void table(String name, int rows, double shift, long seed) throws IOException {
    table(name, rows, shift, seed, "0", "1");
  }

  /** Writes a table whose classes divide the range of x. */
  private void table(String name, int rows, double shift, long seed, String... labels)
      throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("label,x,y\n");
    for (int i = 0; i < rows; i++) {
      double x = 2 * random.nextDouble() - 1;
      text.append(labels[(int) Math.min(labels.length - 1, (x + 1) / 2 * labels.length)]);
      text.append(',').append(x + shift).append(',');
      text.append(random.nextDouble()).append('\n');
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}

package io.centroid.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Cluster;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.run.metrics.RunResult;
import io.centroid.sweep.TrialRecord.Status;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps over a small network on threads: 8 steps an epoch in rounds of 3, 3 and 2 steps. */
class SweepTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  private static final List<String> SMALL =
      List.of(
          "data.digits.train=500",
          "data.digits.test=100",
          "data.validation-split=0.1",
          "model.hidden=[12]",
          "compute.workers=local",
          "train.local-steps=3",
          "train.batch-size=32",
          "train.epochs=4",
          "train.inner-state=keep",
          "optimizer.name=nesterov",
          "optimizer.schedule.name=cosine");

  private static final List<String> RATES =
      List.of("optimizer.learning-rate=0.001,0.05,0.01,0.02", "optimizer.momentum=0.5,0.9");

  /** Ends a sweep like a failing cluster. */
  private static final class Crash extends IllegalStateException {
    private static final long serialVersionUID = 1L;
  }

  @TempDir Path folder;

  private SweepObserver observer = SweepObserver.NONE;

  @Test
  void trialsAreRunsWithTheirSettings() throws IOException {
    SweepResults results = sweep("a", plan(null, RATES), 1);
    assertThat(results.count(Status.FINISHED)).isEqualTo(8);
    assertThat(results.trials())
        .allSatisfy(
            record -> {
              assertThat(record.epochs()).isEqualTo(4);
              assertThat(record.step()).isEqualTo(32);
              assertThat(record.validation()).containsOnlyKeys("accuracy", "loss");
              assertThat(record.test()).containsOnlyKeys("accuracy", "loss");
              assertThat(record.rungs()).isEmpty();
            });
    RunResult alone = alone("optimizer.learning-rate=0.05", "optimizer.momentum=0.9");
    assertThat(results.of(4).parametersSha256()).isEqualTo(alone.parametersSha256());
    assertThat(results.of(4).validation()).isEqualTo(alone.validation());
    TrialRecord best = results.best().orElseThrow();
    assertThat(results.trials())
        .allSatisfy(
            record ->
                assertThat(record.validation().get("accuracy"))
                    .isLessThanOrEqualTo(best.validation().get("accuracy")));
    assertThat(Files.readString(folder.resolve("a/trial-004/effective.conf")))
        .contains("learning-rate=\"0.05\"", "name=a-trial-004");
    List<String> csv = Files.readAllLines(folder.resolve("a/trials.csv"));
    assertThat(csv).hasSize(9);
    assertThat(csv.get(0))
        .isEqualTo(
            "trial,status,epochs,step,optimizer.learning-rate,optimizer.momentum,"
                + "validation.accuracy,validation.loss,test.accuracy,test.loss,seconds,reason");
    assertThat(csv.get(1)).startsWith(Trial.name(best.trial()) + ",finished,4,32,");
  }

  @Test
  void halvingTrainsTheBestOnAndTheyEndAsRunsThatNeverPaused() throws IOException {
    List<List<Integer>> kept = new ArrayList<>();
    observer =
        new SweepObserver() {
          @Override
          public void onRung(int epoch, List<Trial> trials, int of) {
            kept.add(trials.stream().map(Trial::number).toList());
          }
        };
    SweepResults whole = sweep("whole", plan(null, RATES), 1);
    SweepResults halved = sweep("halved", plan(new Halving(2, 1), RATES), 1);
    assertThat(kept).hasSize(2);
    assertThat(kept.get(0)).hasSize(4);
    assertThat(kept.get(1)).hasSize(2).isSubsetOf(kept.get(0));
    assertThat(halved.count(Status.FINISHED)).isEqualTo(2);
    assertThat(halved.count(Status.STOPPED)).isEqualTo(6);
    for (int number : kept.get(1)) {
      TrialRecord record = halved.of(number);
      assertThat(record.parametersSha256()).isEqualTo(whole.of(number).parametersSha256());
      assertThat(record.validation()).isEqualTo(whole.of(number).validation());
      assertThat(record.test()).isEqualTo(whole.of(number).test());
      assertThat(record.rungs()).extracting(TrialRecord.Rung::epoch).containsExactly(1, 2);
    }
    for (TrialRecord record : halved.trials()) {
      if (!kept.get(0).contains(record.trial())) {
        assertThat(record.status()).isEqualTo(Status.STOPPED);
        assertThat(record.epochs()).isEqualTo(1);
        assertThat(record.step()).isEqualTo(8);
        assertThat(folder.resolve("halved/" + Trial.name(record.trial()) + "/result.json"))
            .doesNotExist();
      }
    }
    double worstKept =
        kept.get(0).stream().mapToDouble(n -> halved.of(n).rungs().get(0).score()).min().orElse(0);
    assertThat(halved.trials())
        .filteredOn(record -> !kept.get(0).contains(record.trial()))
        .allSatisfy(
            record -> assertThat(record.rungs().get(0).score()).isLessThanOrEqualTo(worstKept));
    String page = Files.readString(folder.resolve("halved/report.html"));
    assertThat(page.split(">stopped</td>", -1)).hasSize(7);
    assertThat(page)
        .containsPattern("</h1>\\s*<section><p>Sweep of ")
        .containsPattern("<p>Best: trial-.*, validation accuracy [0-9]+[.][0-9]{2} %</p>");
  }

  @Test
  void trialsSideBySideEndAsOneAfterTheOther() throws IOException {
    SweepPlan plan = plan(new Halving(2, 1), RATES);
    SweepResults serial = sweep("serial", plan, 1);
    CyclicBarrier three = new CyclicBarrier(3);
    observer =
        new SweepObserver() {
          @Override
          public RunObserver onTrial(Trial trial) {
            return new RunObserver() {
              @Override
              public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
                if (trial.number() <= 3 && state.rounds() == 1) {
                  await(three); // Fails unless all three are in their first round.
                }
              }
            };
          }
        };
    SweepResults parallel = sweep("parallel", plan, 3);
    assertThat(timeless(parallel)).isEqualTo(timeless(serial));
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSweepThatFailsAtAnyPointIsResumedAndEndsAsAnUninterruptedOne() throws IOException {
    SweepPlan plan = plan(new Halving(2, 1), RATES.subList(0, 1));
    SweepResults whole = sweep("whole", plan, 1);
    // 3 rounds of 4 trials to epoch 1, 3 of 2 to epoch 2, 6 of 1 to epoch 4.
    for (int crash : new int[] {1, 5, 12, 13, 18, 20, 24}) {
      String dir = "crash-" + crash;
      observer = crashing(crash);
      assertThatThrownBy(() -> sweep(dir, plan, 1)).isInstanceOf(Crash.class);
      observer = SweepObserver.NONE;
      SweepResults resumed = sweep(dir, plan, 1);
      assertThat(timeless(resumed)).as(dir).isEqualTo(timeless(whole));
      assertThat(resumed.best())
          .map(TrialRecord::trial)
          .isEqualTo(whole.best().map(TrialRecord::trial));
    }
  }

  /** Fails after a number of rounds of all trials together. */
  private static SweepObserver crashing(int rounds) {
    int[] seen = new int[1];
    return new SweepObserver() {
      @Override
      public RunObserver onTrial(Trial trial) {
        return new RunObserver() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            seen[0]++;
            if (seen[0] == rounds) {
              throw new Crash();
            }
          }
        };
      }
    };
  }

  @Test
  void whatIsFinishedIsNotTrainedAgain() throws IOException {
    SweepPlan plan = plan(null, RATES.subList(0, 1));
    SweepResults first = sweep("a", plan, 1);
    observer =
        new SweepObserver() {
          @Override
          public RunObserver onTrial(Trial trial) {
            throw new AssertionError("trained again: " + trial.name());
          }
        };
    assertThat(sweep("a", plan, 1)).isEqualTo(first);
    // Between the end of a run and its record.
    Files.delete(folder.resolve("a/results.json"));
    observer =
        new SweepObserver() {
          @Override
          public RunObserver onTrial(Trial trial) {
            return new RunObserver() {
              @Override
              public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
                throw new AssertionError("trained again: " + trial.name());
              }
            };
          }
        };
    assertThat(timeless(sweep("a", plan, 1))).isEqualTo(timeless(first));
  }

  @Test
  void aTrialThatDivergesLoses() throws IOException {
    List<String> rates = List.of("optimizer.learning-rate=1e30,0.05,0.01");
    SweepResults results = sweep("a", plan(new Halving(2, 1), rates), 1);
    assertThat(results.of(1).status()).isEqualTo(Status.DIVERGED);
    assertThat(results.of(1).reason()).startsWith("training diverged in round ");
    assertThat(results.best().orElseThrow().trial()).isEqualTo(2);
    assertThat(results.ranked().get(2).trial()).isEqualTo(1);
    SweepResults all =
        sweep("b", plan(new Halving(2, 1), List.of("optimizer.learning-rate=1e30,2e30")), 2);
    assertThat(all.count(Status.DIVERGED)).isEqualTo(2);
    assertThat(all.best()).isEmpty();
  }

  @Test
  void aTrialWhoseSettingsTheDataDoNotAllowIsRecordedAndTriedAgain() throws IOException {
    SweepPlan plan = plan(null, List.of("train.workers=1,500"));
    for (int i = 0; i < 2; i++) {
      SweepResults results = sweep("a", plan, 1);
      assertThat(results.of(1).status()).isEqualTo(Status.FINISHED);
      assertThat(results.of(2).status()).isEqualTo(Status.FAILED);
      assertThat(results.of(2).reason())
          .matches("train.workers must be at most the number of training examples, \\d+: 500");
    }
  }

  /** The missing file is the same for every trial; the range of workers is not. */
  @Test
  void badInputOfAllTrialsEndsTheSweepAtTheFirst() throws IOException {
    String missing = folder.resolve("table.csv").toString();
    List<String> begun = new ArrayList<>();
    observer =
        new SweepObserver() {
          @Override
          public RunObserver onTrial(Trial trial) {
            begun.add(trial.name());
            return RunObserver.NONE;
          }
        };
    List<String> csv =
        List.of("data.format=csv", "data.path=" + missing, "data.csv.target=y", "data.test-file=");
    List<String> grid = List.of("train.workers=1,500");
    assertThatThrownBy(() -> sweep("a", grid, csv))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(missing + ": no such file");
    assertThat(begun).containsExactly("trial-001");
    assertThat(folder.resolve("a")).isDirectoryContaining("glob:**/sweep.json");
    assertThat(folder.resolve("a/results.json")).doesNotExist();
    // Nothing was trained: the folder takes the repaired configuration.
    assertThat(sweep("a", grid, List.of()).count(Status.FINISHED)).isEqualTo(1);
    assertThat(begun).containsExactly("trial-001", "trial-001", "trial-002");
  }

  @Test
  void aRefusedRightIsNeverTheFailureOfATrial() {
    observer = failing(new InputException("train.workers", new AccessDeniedException("a")));
    assertThatThrownBy(() -> sweep("a", plan(null, List.of("train.workers=1,2")), 1))
        .isInstanceOf(InputException.class);
  }

  private static SweepObserver failing(InputException failure) {
    return new SweepObserver() {
      @Override
      public RunObserver onTrial(Trial trial) {
        return new RunObserver() {
          @Override
          public void onNote(String note) {
            throw failure;
          }
        };
      }
    };
  }

  @Test
  void aFiniteLossFarAboveThatOfAnUntrainedNetworkHasDiverged() throws IOException {
    SweepPlan plan = plan(new Halving(2, 1), List.of("optimizer.learning-rate=3000,0.05,0.01"));
    SweepResults results = sweep("a", plan, 1);
    TrialRecord huge = results.of(1);
    assertThat(huge.status()).isEqualTo(Status.DIVERGED);
    assertThat(huge.reason())
        .matches("the validation loss is \\S+, that of an untrained network is about 2\\.303");
    assertThat(huge.validation().get("loss")).isFinite().isGreaterThan(23.03);
    assertThat(huge.rungs()).isEmpty();
    assertThat(results.ranked().get(2)).isEqualTo(huge);
    assertThat(results.best().orElseThrow().trial()).isEqualTo(2);
    Files.delete(folder.resolve("a/results.json"));
    assertThat(timeless(sweep("a", plan, 1).of(1))).isEqualTo(timeless(huge));
  }

  @Test
  void aTrialWhoseFolderIsGoneIsTrainedAgain() throws IOException {
    SweepPlan plan = plan(new Halving(2, 1), RATES.subList(0, 1));
    SweepResults whole = sweep("a", plan, 1);
    int best = whole.best().orElseThrow().trial();
    int stopped = whole.ranked().get(3).trial();
    List<String> notes = new ArrayList<>();
    List<Integer> trained = new ArrayList<>();
    observer =
        new SweepObserver() {
          @Override
          public void onNote(String note) {
            notes.add(note);
          }

          @Override
          public RunObserver onTrial(Trial trial) {
            trained.add(trial.number());
            return RunObserver.NONE;
          }
        };
    for (int number : List.of(best, stopped)) {
      assertThat(FileUtil.fullyDelete(folder.resolve("a/" + Trial.name(number)).toFile())).isTrue();
    }
    assertThat(timeless(sweep("a", plan, 1))).isEqualTo(timeless(whole));
    assertThat(notes)
        .containsExactlyInAnyOrder(
            Trial.name(best) + ": its folder is gone, it is trained again",
            Trial.name(stopped) + ": its folder is gone, it is trained again");
    assertThat(trained).containsOnly(best, stopped);
    assertThat(folder.resolve("a/" + Trial.name(best) + "/result.json")).exists();
  }

  @Test
  void aTrialsFolderWithAnotherConfigurationIsRefused() throws IOException {
    SweepPlan plan = plan(null, List.of("optimizer.learning-rate=0.1,0.2"));
    sweep("a", plan, 1);
    Path trial = folder.resolve("a/trial-002");
    assertThat(FileUtil.fullyDelete(trial.toFile())).isTrue();
    Files.move(folder.resolve("a/trial-001"), trial);
    assertRefused(
        plan,
        trial
            + ": another configuration: optimizer.learning-rate: expected 0.2, found 0.1; move the"
            + " folder away, and the trial is trained again");
  }

  @Test
  void aListInTheTableOfTrialsIsOneField() throws IOException {
    sweep("a", plan(null, List.of("model.hidden=[4,3]")), 1);
    assertThat(Files.readAllLines(folder.resolve("a/trials.csv")).get(1))
        .startsWith("trial-001,finished,4,32,\"[4,3]\",0.");
  }

  @Test
  void aTrialThatFailsAfterARungIsTriedAgainFromThere() throws IOException {
    SweepPlan plan = plan(new Halving(2, 1), List.of("train.workers=1,500"));
    observer =
        new SweepObserver() {
          @Override
          public RunObserver onTrial(Trial trial) {
            return new RunObserver() {
              private int epoch;

              @Override
              public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
                epoch = state.epoch();
              }

              /** After the last checkpoint. */
              @Override
              public void onDetail(String detail) {
                if (epoch > 1) {
                  throw new InputException("train.workers must be at most 0");
                }
              }
            };
          }
        };
    SweepResults failed = sweep("a", plan, 1);
    assertThat(failed.count(Status.FAILED)).isEqualTo(2);
    assertThat(failed.of(1).rungs()).extracting(TrialRecord.Rung::epoch).containsExactly(1);
    // Beyond the rung, which is the first of four epochs.
    String last = String.format(Locale.ROOT, "step-%08d", 4 * failed.of(1).step());
    assertThat(folder.resolve("a/trial-001/checkpoints").resolve(last)).exists();
    observer = SweepObserver.NONE;
    SweepResults repaired = sweep("a", plan, 1);
    assertThat(repaired.of(1).status()).isEqualTo(Status.FINISHED);
    assertThat(repaired.of(1).rungs()).startsWith(failed.of(1).rungs().get(0));
  }

  @Test
  void aFolderOfAnotherSweepIsRefused() throws IOException {
    sweep("a", plan(null, List.of("optimizer.learning-rate=0.1,0.2")), 1);
    byte[] before = Files.readAllBytes(folder.resolve("a/sweep.json"));
    String place = folder.resolve("a") + " has another sweep: ";
    String end = "; choose another folder with --dir";
    assertRefused(
        plan(null, List.of("optimizer.learning-rate=0.1,0.3")),
        place + "its trial-002 has optimizer.learning-rate=0.2" + end);
    assertRefused(
        plan(null, List.of("optimizer.learning-rate=0.1")), place + "it has 2 trials, not 1" + end);
    assertRefused(
        plan(null, List.of("optimizer.momentum=0.1,0.2")),
        place + "it varies optimizer.learning-rate" + end);
    assertRefused(
        plan(new Halving(2, 1), List.of("optimizer.learning-rate=0.1,0.2")),
        place + "it was started without --halving" + end);
    assertRefused(
        SweepPlan.of(
            "--grid",
            SearchSpace.grid(List.of("optimizer.learning-rate=0.1,0.2")),
            null,
            more -> configured(more, "train.epochs=5")),
        place + "it was started with another configuration or other --set" + end);
    assertThat(folder.resolve("a/sweep.json")).hasBinaryContent(before);
    Files.createDirectories(folder.resolve("b"));
    Files.writeString(folder.resolve("b/notes.txt"), "somebody's");
    assertThatThrownBy(() -> sweep("b", plan(null, RATES), 1))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "--dir: "
                + folder.resolve("b")
                + " is neither empty nor the folder of a sweep: it contains \"notes.txt\" and no"
                + " sweep.json; name a new folder");
    assertThat(folder.resolve("b")).isDirectoryContaining("glob:**notes.txt");
  }

  private void assertRefused(SweepPlan plan, String message) {
    assertThatThrownBy(() -> sweep("a", plan, 1))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    SweepPlan plan = plan(null, List.of("optimizer.learning-rate=0.1"));
    sweep("a", plan, 1);
    for (String name : new String[] {"sweep.json", "results.json"}) {
      Path file = folder.resolve("a").resolve(name);
      String whole = Files.readString(file);
      Files.writeString(file, whole.replace("0.1", "0.2").replace("finished", "diverged"));
      assertThatThrownBy(() -> sweep("a", plan, 1))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(name + ": was changed after it was written");
      Files.writeString(file, whole.substring(0, whole.length() / 2));
      assertThatThrownBy(() -> sweep("a", plan, 1))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(name);
      Files.writeString(file, whole);
    }
    assertThat(sweep("a", plan, 1).count(Status.FINISHED)).isEqualTo(1);
    Files.writeString(folder.resolve("a/results.json"), "{}");
    assertThatThrownBy(() -> sweep("a", plan, 1))
        .hasMessageEndingWith("; move " + folder.resolve("a") + " away to start the sweep over");
  }

  @Test
  void keysAndValuesAreCheckedBeforeAnythingRuns() {
    assertInvalid("--grid optimizer.lr: unknown key optimizer.lr", "optimizer.lr=1,2");
    assertInvalid(
        "optimizer.learning-rate must be > 0: -1 (--grid optimizer.learning-rate)",
        "optimizer.learning-rate=0.1,-1");
    assertInvalid("optimizer.name must be one of", "optimizer.name=sgd,adam");
    for (String key :
        new String[] {
          "run.dir",
          "run.name",
          "checkpoint.keep",
          "report.html",
          "spark.master",
          "train.round-timeout",
          "average.slices",
          "registry.dir",
          "compute.threads"
        }) {
      String value = key.equals("report.html") ? "true" : key.endsWith("timeout") ? "1m" : "1";
      assertInvalid(
          "--grid "
              + key
              + ": it does not determine the result of a run, so it is not varied; use --set",
          key + "=" + (key.equals("spark.master") ? "local[1]" : value));
    }
    assertInvalid(
        "--grid data.validation-split: trials with other examples or another loss cannot be"
            + " compared; use --set",
        "data.validation-split=0.1,0.2");
  }

  @Test
  void halvingNeedsTrialsThatCanBeCompared() {
    Halving halving = new Halving(3, 4);
    List<Map<String, String>> grid = SearchSpace.grid(RATES);
    assertThatThrownBy(
            () -> SweepPlan.of("--grid", grid, halving, more -> configured(more, "train.seed=1")))
        .isInstanceOf(InputException.class)
        .hasMessage("--min-epochs must be below train.epochs, 4: 4");
    assertThatThrownBy(
            () -> SweepPlan.of("--grid", grid, null, m -> configured(m, "data.validation-split=0")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "a sweep compares trials on the validation set: data.validation-split must be above 0");
    assertThatThrownBy(() -> plan(new Halving(2, 1), List.of("train.epochs=3,4")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "--grid train.epochs: with --halving all trials have the same length; use --set");
    assertThat(plan(null, List.of("train.epochs=3,4")).trials()).hasSize(2);
  }

  private void assertInvalid(String message, String... grid) {
    assertThatThrownBy(() -> plan(null, List.of(grid)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  private SweepPlan plan(@Nullable Halving halving, List<String> grid) {
    return SweepPlan.of("--grid", SearchSpace.grid(grid), halving, this::configured);
  }

  private SweepResults sweep(String dir, List<String> grid, List<String> set) throws IOException {
    Function<List<String>, RunConfig> configured =
        more -> configured(Stream.concat(set.stream(), more.stream()).toList());
    return sweep(
        dir, SweepPlan.of("--grid", SearchSpace.grid(grid), null, configured), 1, configured);
  }

  private SweepResults sweep(String dir, SweepPlan plan, int parallel) throws IOException {
    return sweep(dir, plan, parallel, this::configured);
  }

  private SweepResults sweep(
      String dir, SweepPlan plan, int parallel, Function<List<String>, RunConfig> configured)
      throws IOException {
    return new Sweep(
            plan,
            folder.resolve(dir).toString(),
            configured,
            FILES,
            Engines.CPU,
            trial -> Cluster.threads(2),
            parallel,
            trial -> List.of(),
            observer)
        .execute();
  }

  private RunConfig configured(List<String> more) {
    return configured(more, "train.seed=42");
  }

  private RunConfig configured(List<String> more, String base) {
    List<String> all = new ArrayList<>(SMALL);
    all.add(base);
    all.addAll(more);
    return RunConfig.load(null, all);
  }

  private RunResult alone(String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("run.dir=" + folder.resolve("alone"));
    RunConfig config = configured(all);
    Cluster cluster = Cluster.threads(1);
    return new TrainingRun(
            config,
            FILES,
            Engines.CPU,
            shards -> cluster.shard(shards, 1, config.train().roundLimit()),
            RunObserver.NONE)
        .execute();
  }

  private static List<TrialRecord> timeless(SweepResults results) {
    return results.trials().stream().map(SweepTest::timeless).toList();
  }

  private static TrialRecord timeless(TrialRecord record) {
    return new TrialRecord(
        record.trial(),
        record.status(),
        record.epochs(),
        record.step(),
        record.rungs(),
        record.validation(),
        record.test(),
        record.parametersSha256(),
        0,
        record.reason());
  }
}

package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import io.centroid.train.Metric;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that pause: 8 steps an epoch in rounds of 3, 3 and 2 steps, 4 epochs. */
class PausedRunTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir Path directory;

  @Test
  void aPausedRunHasACheckpointAndNoResult() throws IOException {
    RunProgress paused = run("a").executeUntil(1);
    assertThat(paused.result()).isEmpty();
    assertThat(paused.metric()).isEqualTo(Metric.ACCURACY);
    assertThat(paused.epochs()).isEqualTo(1);
    assertThat(paused.step()).isEqualTo(8);
    assertThat(paused.validation()).containsOnlyKeys("accuracy", "loss");
    assertThat(directory.resolve("a/result.json")).doesNotExist();
    assertThat(directory.resolve("a/checkpoints/step-00000008/manifest.json")).exists();
    List<String> metrics = metrics("a");
    assertThat(run("a").executeUntil(1)).isEqualTo(paused);
    assertThat(metrics("a")).isEqualTo(metrics).hasSize(3 + 1);
  }

  @Test
  void reportersKnowAPauseFromAFailure() throws IOException {
    List<String> calls = new ArrayList<>();
    RunReporter.Factory recording =
        new RunReporter.Factory() {
          @Override
          public String name() {
            return "recording";
          }

          @Override
          public Optional<RunReporter> open(ReportedRun run, TrainState start) {
            return Optional.of(
                new RunReporter() {
                  @Override
                  public void onPause() {
                    calls.add("pause");
                  }

                  @Override
                  public void onResult(RunResult result) {
                    calls.add("result");
                  }

                  @Override
                  public void close() {
                    calls.add("close");
                  }
                });
          }
        };
    RunProgress unused = reported("a", recording).executeUntil(1);
    RunResult result = reported("a", recording).execute();
    assertThat(result.step()).isEqualTo(32);
    assertThat(calls).containsExactly("pause", "close", "result", "close");
  }

  @Test
  void aRunThatPausedEndsAsOneThatDidNot() throws IOException {
    RunResult whole = run("whole").execute();
    RunProgress first = run("a").executeUntil(1);
    RunProgress third = run("a").executeUntil(3);
    assertThat(third.step()).isEqualTo(24);
    assertThat(third.validation()).isNotEqualTo(first.validation());
    RunProgress last = run("a").executeUntil(9);
    RunResult result = last.result().orElseThrow();
    assertThat(result.parametersSha256()).isEqualTo(whole.parametersSha256());
    assertThat(result.validation()).isEqualTo(whole.validation()).isEqualTo(last.validation());
    assertThat(result.test()).isEqualTo(whole.test());
    assertThat(result.bestStep()).isEqualTo(whole.bestStep());
    assertThat(result.rounds()).isEqualTo(12);
    assertThat(metrics("a")).hasSameSizeAs(metrics("whole"));
    assertThat(run("a").executeUntil(2).result()).map(RunResult::step).contains(32L);
  }

  @Test
  void anEarlyStopEndsTheRunBeforeItPauses() throws IOException {
    String[] stopping = {"train.early-stopping.patience=1", "train.early-stopping.minimum-gain=1"};
    RunProgress stopped = run("a", stopping).executeUntil(3);
    assertThat(stopped.epochs()).isEqualTo(2);
    assertThat(stopped.result().orElseThrow().stoppedEarly()).isNotNull();
    assertThat(run("b", stopping).executeUntil(1).result()).isEmpty();
    assertThat(run("b", stopping).executeUntil(2).result()).isPresent();
  }

  @Test
  void aRunThatWasTrainedFurtherDoesNotPauseBefore() throws IOException {
    run("a").executeUntil(2);
    assertThatThrownBy(() -> run("a").executeUntil(1))
        .isInstanceOf(InputException.class)
        .hasMessage(
            directory.resolve("a")
                + " is to pause after epoch 1, but was trained beyond it, to step 16;"
                + " move the folder away to train it again");
  }

  private List<String> metrics(String name) throws IOException {
    return Files.readAllLines(directory.resolve(name).resolve("metrics.jsonl"));
  }

  private TrainingRun run(String name, String... more) {
    return run(name, List.of(), more);
  }

  private TrainingRun reported(String name, RunReporter.Factory reporter) {
    return run(name, List.of(reporter));
  }

  private TrainingRun run(String name, List<RunReporter.Factory> reporters, String... more) {
    List<String> settings =
        Stream.concat(
                Stream.of(
                    "data.digits.train=500",
                    "data.digits.test=100",
                    "data.validation-split=0.1",
                    "model.hidden=[12]",
                    "train.local-steps=3",
                    "train.batch-size=32",
                    "train.epochs=4",
                    "train.inner-state=keep",
                    "optimizer.name=nesterov",
                    "optimizer.learning-rate=0.05",
                    "optimizer.schedule.name=cosine",
                    "outer.name=nesterov",
                    "average.codec=int8",
                    "run.dir=" + directory.resolve(name)),
                Stream.of(more))
            .toList();
    return new TrainingRun(
        RunConfig.load(null, settings),
        FILES,
        Engines.CPU,
        shards -> new LocalShardedData(shards, 2),
        RunObserver.NONE,
        reporters);
  }
}

package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.Eventually;
import io.centroid.SyntheticDigitFiles;
import io.centroid.cli.Submitted;
import io.centroid.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Network partition: a Worker in a separate network namespace is disconnected for a time. */
@Tag("long")
class PartitionIT {
  private static final Duration LIMIT = Duration.ofSeconds(150);
  private static final double CUT_SECONDS = 40;

  /** Every round is an epoch of 125 steps with a checkpoint. */
  private static final String[] SETTINGS = {
    "data.format=idx",
    "data.classes=10",
    "data.validation-split=0",
    "model.hidden=[800]",
    "train.workers=4",
    "train.batch-size=8",
    "train.local-steps=125",
    "train.epochs=24",
    "train.inner-state=keep",
    "optimizer.name=nesterov",
    "optimizer.learning-rate=0.02",
    "checkpoint.every-rounds=1"
  };

  @TempDir private Path folder;

  @Test
  void aDisconnectedWorkerIsReplacedAndIgnoredWhenItIsBack() throws Exception {
    Optional<String> obstacle = NetworkNamespace.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    SyntheticDigitFiles.of(Split.TRAIN, 4_000).writeIdx(folder.resolve("digits"), "train");
    SyntheticDigitFiles.of(Split.TEST, 100).writeIdx(folder.resolve("digits"), "t10k");
    try (NetworkNamespace network = NetworkNamespace.create();
        TwoSidedSpark spark = TwoSidedSpark.start(folder, network)) {
      String expected;
      try (Submitted undisturbed = spark.train(settings("undisturbed", "compute.workers=local"))) {
        expected = undisturbed.json().path("parametersSha256").asText();
      }
      try (Submitted train = spark.train(settings("cut", "compute.workers=spark"))) {
        await(train, "round 3", () -> savedRound() >= 3);
        ProcessHandle stale = spark.farExecutors().get(0);
        long before = savedRound();
        network.disconnect();
        long cutNanos = System.nanoTime();
        await(train, "its loss", () -> train.errors().contains("Lost executor"));
        double detected = seconds(cutNanos);
        await(train, "a round without it", () -> savedRound() > before + 1);
        double next = seconds(cutNanos);
        await(train, "the duration of the partition", () -> seconds(cutNanos) > CUT_SECONDS);
        network.reconnect();
        DisturbedRun.report(
            "8, a Worker disconnected for %.0f s: dropped after %.1f s, next round after %.1f s",
            seconds(cutNanos), detected, next);
        assertThat(train.json().path("parametersSha256").asText())
            .as(train.errors())
            .isEqualTo(expected);
        Eventually.await("the stale executor's end", LIMIT, () -> !stale.isAlive());
        DisturbedRun.report("8, the stale executor gone after %.1f s", seconds(cutNanos));
      }
    }
  }

  private void await(Submitted train, String what, Callable<Boolean> condition) throws Exception {
    Eventually.await(what, LIMIT, () -> !train.isAlive() || condition.call());
    assertThat(train.isAlive()).as(() -> "before " + what + ": " + train.errors()).isTrue();
  }

  private String[] settings(String run, String workers) {
    return Stream.concat(
            Arrays.stream(SETTINGS),
            Stream.of(
                workers, "data.path=" + folder.resolve("digits"), "run.dir=" + folder.resolve(run)))
        .toArray(String[]::new);
  }

  private long savedRound() throws IOException {
    Path checkpoints = folder.resolve("cut").resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("step-"))
              .mapToLong(name -> Long.parseLong(name.substring("step-".length())))
              .max()
              .orElse(0)
          / 125;
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}

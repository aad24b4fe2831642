package io.centroid.tensorboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.RoundMetric;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose process is killed with signal 9 twice, and resumed. */
class KilledRunIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void tensorBoardReadsEachRoundOfAKilledAndResumedRunOnce() throws Exception {
    Path run = folder.resolve("run");
    killAfter(run, 40);
    killAfter(run, 90);
    TrainedRun.train(run);
    ReadEvents read = ReadEvents.of(run.resolve("tensorboard"));
    assertThat(read.duplicates()).isEmpty();
    assertThat(read.records()).isEqualTo(records(run));

    TreeMap<Long, Double> losses = new TreeMap<>();
    Set<Long> validated = new TreeSet<>();
    for (MetricsRow row : metrics(run)) {
      if (row instanceof MetricsRow.OfRound round) {
        losses.put(round.step(), (double) (float) round.metrics().value(RoundMetric.LOSS));
      } else if (row instanceof MetricsRow.OfEvaluation evaluation
          && evaluation.part().equals("validation")) {
        validated.add(evaluation.step());
      }
    }
    assertThat(losses).hasSizeGreaterThan(150);
    TreeMap<Long, Double> seen = new TreeMap<>();
    read.scalars("training/loss")
        .forEach(point -> seen.put(point.path(0).asLong(), point.path(1).asDouble()));
    assertThat(seen).isEqualTo(losses);
    assertThat(read.steps("validation/loss")).containsExactlyElementsOf(validated).hasSize(12);
    assertThat(read.steps("test/accuracy")).containsExactly(losses.lastKey());
    assertThat(read.steps("configuration")).containsExactly(0L);
    assertThat(read.steps(HParams.START)).containsExactly(0L);
    assertThat(read.steps(HParams.END)).containsExactly(losses.lastKey());
    assertThat(read.steps("parameters/" + Reported.NETWORK.layout().entries().get(0).name()))
        .containsExactlyElementsOf(validated);
  }

  private void killAfter(Path run, int rounds) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(TrainedRun.class.getName(), run.toString()));
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    try {
      Eventually.await(
          rounds + " rounds",
          LIMIT,
          () ->
              !process.isAlive()
                  || metrics(run).stream().filter(KilledRunIT::isRound).count() >= rounds);
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("output"))).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static boolean isRound(MetricsRow row) {
    return row instanceof MetricsRow.OfRound;
  }

  private static List<MetricsRow> metrics(Path run) throws IOException {
    Path file = run.resolve("metrics.jsonl");
    return Files.exists(file)
        ? Files.readAllLines(file).stream()
            .map(line -> MetricsRow.parse(line.getBytes(UTF_8)))
            .flatMap(Optional::stream)
            .toList()
        : List.of();
  }

  /** Number of records by our reader, which fails on a damaged one. */
  private static long records(Path run) throws IOException {
    long records = 0;
    try (Stream<Path> files = Files.list(run.resolve("tensorboard"))) {
      for (Path file : files.toList()) {
        try (EventFileReader reader =
            new EventFileReader(file.toString(), Files.newInputStream(file))) {
          while (reader.next().isPresent()) {
            records++;
          }
        }
      }
    }
    return records;
  }
}

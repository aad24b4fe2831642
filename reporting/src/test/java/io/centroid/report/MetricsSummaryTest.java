package io.centroid.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.run.metrics.RoundMetric;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsSummaryTest {
  private static final String ROUND = "{\"type\":\"round\",\"step\":%d,\"loss\":1}\n";
  @TempDir Path folder;

  @Test
  void totalsAreThoseOfAllRounds() throws IOException {
    SampleRun.write(folder, "text");
    MetricsSummary metrics = read(Files.readString(folder.resolve("metrics.jsonl")));
    assertThat(metrics.problem()).isEmpty();
    assertThat(metrics.lastStep()).isEqualTo(40);
    assertThat(metrics.seconds()).as("4 rounds of 2 s and 0.5 s of saving").isEqualTo(10);
    assertThat(metrics.total(RoundMetric.BYTES_UP).orElseThrow().getSum()).isEqualTo(8192);
    assertThat(metrics.total(RoundMetric.LOSS).orElseThrow().getMax()).isEqualTo(1);
    assertThat(metrics.total(RoundMetric.DEVICE_BYTES)).isEmpty();
    assertThat(metrics.lastMetrics("validation").get("accuracy")).isCloseTo(0.9, within(1e-9));
    assertThat(metrics.faults()).singleElement().matches(round -> round.step() == 30);
    assertThat(metrics.rollbacks()).singleElement().matches(back -> back.reason().equals("text"));
    List<WorkerTotals.Total> workers = metrics.workers().workers();
    assertThat(workers).extracting(WorkerTotals.Total::examples).containsExactly(300L, 100L);
    assertThat(workers).extracting(WorkerTotals.Total::meanLoss).containsExactly(1.0, 3.0);
    assertThat(workers)
        .extracting(metrics.workers()::slowestShare)
        .as("the second is slower in 3 of 4 rounds")
        .containsExactly(0.25, 0.75);
    assertThat(workers).extracting(metrics.workers()::meanComputeSeconds).containsExactly(1.0, 1.5);
  }

  @Test
  void anIncompleteLastLineIsThatOfARunningRun() throws IOException {
    MetricsSummary metrics = read(ROUND.formatted(5) + "{\"type\":\"round\",\"ste");
    assertThat(metrics.lastStep()).isEqualTo(5);
    assertThat(metrics.problem()).isEmpty();
  }

  @Test
  void damagedLinesAreCountedAndTheOthersStay() throws IOException {
    String noNumber = ROUND.formatted(7).replace("1}", "\"1\"}");
    String lines =
        ROUND.formatted(5) + "{\"type\":}\n" + ROUND.formatted(5) + noNumber + ROUND.formatted(9);
    MetricsSummary metrics = read(lines);
    assertThat(metrics.lastStep()).isEqualTo(9);
    assertThat(metrics.total(RoundMetric.LOSS).orElseThrow().getCount()).isEqualTo(2);
    assertThat(metrics.problem().orElseThrow())
        .isEqualTo(
            "metrics.jsonl: line 2: expected a row of metrics, found a line that cannot be read,"
                + " and 2 more lines");
  }

  @Test
  void aLineOutOfOrderIsNotCalledUnreadable() throws IOException {
    MetricsSummary metrics = read(ROUND.formatted(5) + ROUND.formatted(3) + ROUND.formatted(9));
    assertThat(metrics.lastStep()).isEqualTo(9);
    assertThat(metrics.problem())
        .contains("metrics.jsonl: line 2: expected steps in ascending order, found step 3");
  }

  @Test
  void aLineWithoutEndIsNotHeldInMemory() throws IOException {
    MetricsSummary metrics = read("x".repeat(20 << 20) + "\n" + ROUND.formatted(3));
    assertThat(metrics.problem().orElseThrow()).startsWith("metrics.jsonl: line 1: ");
    assertThat(metrics.lastStep()).isEqualTo(3);
  }

  private static MetricsSummary read(String lines) throws IOException {
    return MetricsSummary.read(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
  }
}

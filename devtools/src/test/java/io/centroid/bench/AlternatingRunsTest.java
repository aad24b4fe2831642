package io.centroid.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.bench.averaging.AveragingChart;
import io.centroid.bench.averaging.AveragingReport;
import io.centroid.bench.averaging.AveragingTable;
import io.centroid.bench.scaling.RoundCost;
import io.centroid.memory.PeakMemory;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class AlternatingRunsTest {
  private static final BenchmarkConfiguration OURS =
      new BenchmarkConfiguration(BenchmarkSystem.CENTROID_THREADS, new Cell(2, 10, 128));
  private static final BenchmarkConfiguration SAME_CELL =
      new BenchmarkConfiguration(BenchmarkSystem.DL4J_EXPORT, new Cell(2, 10, 128));
  private static final BenchmarkConfiguration OTHER_CELL =
      new BenchmarkConfiguration(BenchmarkSystem.DL4J_EXPORT, new Cell(4, 10, 128));
  private static final BenchmarkConfiguration TORCH =
      new BenchmarkConfiguration(BenchmarkSystem.PYTORCH, new Cell(1, 1, 128));

  private final List<BenchmarkConfiguration> ran = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  @Test
  void everyOtherPassIsInReverseOrder() {
    new AlternatingRuns(2, 1, progress::add).run(List.of(OURS, TORCH), system -> runner());
    assertThat(ran).containsExactly(OURS, TORCH, TORCH, OURS, OURS, TORCH);
    assertThat(progress).hasSize(6);
    assertThat(progress.get(0)).isEqualTo("warm-up 1, 1 of 2: " + OURS + ": 1,000 examples/s");
    assertThat(progress.get(5)).startsWith("run 1 of 1, 2 of 2: pytorch, W=1, hidden 128");
  }

  @Test
  void theReportContainsMediansPartsAndRatios() throws Exception {
    AveragingReport report = report();
    JsonNode json = report.toJson();
    assertThat(json.get("results")).hasSize(4);
    JsonNode ours = json.get("results").get(0);
    assertThat(ours.get("system").asText()).isEqualTo("centroid-threads");
    assertThat(ours.get("localSteps").asInt()).isEqualTo(10);
    // Six runs at 1,000 to 6,000 examples per second, two of them for warm-up.
    assertThat(ours.get("examplesPerSecond").get("median").asDouble()).isEqualTo(4_500);
    assertThat(ours.get("runs")).hasSize(4);
    assertThat(ours.get("partMillis").get("compute").asDouble()).isEqualTo(3);
    assertThat(ours.get("partMillis").get("rest").asDouble()).isEqualTo(1);
    assertThat(ours.get("bytesUp").asLong()).isEqualTo(80);
    assertThat(json.get("results").get(3).has("localSteps")).isFalse();
    assertThat(json.get("results").get(3).get("bytesUp").isNull()).isTrue();
    assertThat(json.get("ratios")).hasSize(2);
    assertThat(json.get("ratios").get(0).get("against").asText()).isEqualTo("dl4j-export");
    assertThat(json.get("ratios").get(0).get("ratio").get("median").asDouble()).isEqualTo(1);

    byte[] chart = new AveragingChart(report).toPng();
    assertThat(ImageIO.read(new ByteArrayInputStream(chart)).getWidth()).isEqualTo(1200);
  }

  @Test
  void theTableHasOneRowPerConfigurationAndTheRatios() {
    List<String> lines = new AveragingTable(report()).toText().lines().toList();
    assertThat(lines.get(0)).contains("examples/s", "compute", "rest", "MB up", "RSS MB");
    assertThat(lines.get(1)).contains("centroid-threads", "4,500 [3,750 .. 5,250]", "3.00");
    assertThat(lines.get(4)).contains("pytorch", " - ");
    assertThat(lines.get(6)).isEqualTo(OURS + ": 1.00 times as fast as dl4j-export [1.00 .. 1.00]");
    assertThat(lines).hasSize(8);
  }

  private AveragingReport report() {
    List<BenchmarkResult> results =
        new AlternatingRuns(2, 4, progress::add)
            .run(List.of(OURS, SAME_CELL, OTHER_CELL, TORCH), system -> runner());
    return new AveragingReport(new BenchSettings("", 100, 10, 0.01, 4, 1, 0, List.of()), results);
  }

  /** Each configuration is faster by 1,000 examples per second in each of its runs. */
  private BenchmarkRunner runner() {
    return new BenchmarkRunner() {
      @Override
      public BenchmarkRun run(BenchmarkConfiguration configuration) {
        ran.add(configuration);
        long runs = ran.stream().filter(configuration::equals).count();
        PeakMemory memory = new PeakMemory(1, 2, runs);
        if (!configuration.system().isCentroid()) {
          return BenchmarkRun.whole(1_000 * runs, 1_000_000_000, 20, 1, 1, memory);
        }
        RoundCost cost =
            new RoundCost(10, 4_000_000, Map.of("compute", 3_000_000L, "rest", 1_000_000L), 80, 80);
        return BenchmarkRun.of(1_000 * runs, 1_000_000_000, 20, List.of(cost, cost), memory);
      }

      @Override
      public void close() {}
    };
  }
}

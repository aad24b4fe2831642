package io.centroid.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.bench.BenchSettings;
import io.centroid.memory.PeakMemory;
import io.centroid.train.CarriedState;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScalingReportTest {
  private static final CostModel MODEL = new CostModel(20e6, 2e6, 3, 4);
  private static final BenchSettings SETTINGS =
      new BenchSettings("", 100, 64, 0.01, 8, 1, 0, List.of());

  @Test
  void splitsARoundIntoComputationAndOverhead() {
    Round round = new Round(TrainState.initial(new float[2]), 5);
    RoundResult result =
        new RoundResult(
            new float[2],
            CarriedState.nothing(),
            1,
            0,
            new io.centroid.train.RoundCost(1, 100, 9, 40, 30, 120, 8, 16),
            PeakMemory.UNKNOWN,
            List.of());
    assertThat(new ComputeAndOverhead(8).of(4, round, result, 110).parts())
        .isEqualTo(Map.of("compute", 30L, "overhead", 80L));
    assertThat(new ComputeAndOverhead(2).of(4, round, result, 110).parts())
        .isEqualTo(Map.of("compute", 60L, "overhead", 50L));
  }

  @Test
  void predictionsMatchTheRoundsOfTheModel() {
    ScalingReport report = report(null);
    assertThat(report.medianError()).isCloseTo(0, within(1e-6));
    // One worker, one million parameters, ten steps of 64 examples in 38.4 ms.
    assertThat(report.assumption().gigaflops()).isCloseTo(100, within(1e-6));
    JsonNode json = report.toJson();
    assertThat(json.get("measured")).hasSize(9);
    JsonNode last = json.get("measured").get(8);
    assertThat(last.get("overheadMillis").asDouble()).isEqualTo(20 + 16 + 12 + 128, within(1e-6));
    assertThat(last.get("predictedMillis").asDouble()).isEqualTo(176, within(1e-6));
    assertThat(json.get("forecasts")).hasSize(60);
    for (JsonNode forecast : json.get("forecasts")) {
      double overhead = forecast.get("overheadMillis").asDouble();
      double steps = forecast.get("localSteps").asLong() * forecast.get("stepMillis").asDouble();
      assertThat(overhead / (overhead + steps)).isLessThanOrEqualTo(0.1 + 1e-9);
    }
  }

  @Test
  void aFasterWorkerNeedsMoreLocalSteps() {
    Forecast slow = report(100.0).forecasts().get(0);
    Forecast fast = report(1000.0).forecasts().get(0);
    assertThat(fast.overheadNanos()).isEqualTo(slow.overheadNanos());
    assertThat(fast.stepNanos()).isCloseTo(slow.stepNanos() / 10, within(1.0));
    assertThat(fast.localSteps()).isBetween(9 * slow.localSteps(), 10 * slow.localSteps());
  }

  @Test
  void theTableShowsMeasurementsPredictionsAndTheFormula() {
    List<String> lines = new ScalingTable(report(null)).toText().lines().toList();
    assertThat(lines.get(0)).contains("W", "overhead ms", "predicted ms", "error");
    assertThat(lines.get(9)).startsWith(" 8 1,000,000   10").contains("176.00");
    assertThat(lines)
        .contains(
            "overhead = 20.00 ms + 2.00 ms x W + 3.00 ns x bytes + 4.00 ns x bytes x W;"
                + " median error 0%");
    assertThat(lines).hasSize(1 + 9 + 2 + 3 + 60);
    assertThat(lines.get(lines.size() - 1)).contains("1,000,000,000", "1,024", "executors");
  }

  private static ScalingReport report(@Nullable Double gigaflops) {
    List<ScalingPoint> points = new ArrayList<>();
    for (long parameters : List.of(10_000L, 100_000L, 1_000_000L)) {
      for (int workers : List.of(1, 4, 8)) {
        ScalingPoint point =
            new ScalingPoint(workers, parameters, 10, 3_840.0 * parameters / 100, 1);
        points.add(
            new ScalingPoint(
                workers, parameters, 10, point.computeNanos(), point.predictedNanos(MODEL)));
      }
    }
    return ScalingReport.of(SETTINGS, points, gigaflops, 0.1);
  }
}

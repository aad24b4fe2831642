package io.centroid.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostModelTest {
  private static final CostModel MODEL = new CostModel(4e6, 0.5e6, 1.5, 2);
  private static final double GIGABIT = 125e6;

  @Test
  void overheadOnOneMachineIsTheSumOfFourTerms() {
    CostModel.Cluster machine = new CostModel.Cluster(4, 1, Double.POSITIVE_INFINITY);
    assertThat(MODEL.overheadNanos(machine, 1_000_000, CostModel.Aggregation.DRIVER))
        .isEqualTo(4e6 + 4 * 0.5e6 + 1.5 * 4e6 + 4 * 2 * 4e6, within(1.0));
  }

  @Test
  void shardedAggregationSendsOnlyAShareOverEachLink() {
    CostModel.Cluster cluster = new CostModel.Cluster(64, 64, GIGABIT);
    CostModel wireOnly = new CostModel(0, 0, 0, 0);
    long parameters = 250_000_000;
    double broadcast = wireOnly.overheadNanos(cluster, parameters, CostModel.Aggregation.DRIVER);
    assertThat(broadcast).isEqualTo(8e9 + 8e9 * (4 << 20) / 1e9 * 6 + 64 * 8e9, within(1e3));
    assertThat(wireOnly.overheadNanos(cluster, parameters, CostModel.Aggregation.EXECUTORS))
        .isEqualTo(8e9 + 8e9 * (4 << 20) / 1e9 * 6 + 2 * 8e9, within(1e3));
  }

  @Test
  void smallModelsAreAggregatedOnTheDriverAndLargeOnesOnTheExecutors() {
    CostModel.Cluster cluster = new CostModel.Cluster(8, 8, 10 * GIGABIT);
    assertThat(MODEL.cheaper(cluster, 10_000)).isEqualTo(CostModel.Aggregation.DRIVER);
    assertThat(MODEL.cheaper(cluster, 50_000_000)).isEqualTo(CostModel.Aggregation.EXECUTORS);
    CostModel.Cluster large = new CostModel.Cluster(1024, 1024, 10 * GIGABIT);
    double few = MODEL.overheadNanos(cluster, 50_000_000, CostModel.Aggregation.EXECUTORS);
    double many = MODEL.overheadNanos(large, 50_000_000, CostModel.Aggregation.EXECUTORS);
    // With 128 times the workers, only the cost of scheduling tasks grows.
    assertThat(many - 1016 * 0.5e6).isCloseTo(few, within(0.1 * few));
  }

  @Test
  void localStepsLimitTheCommunicationShare() {
    assertThat(MODEL.localSteps(10e6, 0.5e6, 0.1)).isEqualTo(180);
    assertThat(MODEL.localSteps(10e6, 1e9, 0.1)).isEqualTo(1);
  }

  @Test
  void theFitRecoversTheCoefficients() {
    List<CostFit.Measured> rounds = measured(MODEL);
    CostModel found = CostFit.of(rounds);
    assertThat(found.roundNanos()).isEqualTo(MODEL.roundNanos(), within(1.0));
    assertThat(found.workerNanos()).isEqualTo(MODEL.workerNanos(), within(1.0));
    assertThat(found.downNanosPerByte()).isEqualTo(MODEL.downNanosPerByte(), within(1e-6));
    assertThat(found.upNanosPerByte()).isEqualTo(MODEL.upNanosPerByte(), within(1e-6));
  }

  @Test
  void coefficientsAreNotNegative() {
    List<CostFit.Measured> rounds = new ArrayList<>();
    for (CostFit.Measured round : measured(new CostModel(5e6, 0, 0, 1))) {
      // Smaller models cost a little more, which only a negative cost of bytes would explain.
      double factor = round.parameters() < 100_000 ? 1.2 : 0.9;
      rounds.add(
          new CostFit.Measured(
              round.workers(), round.parameters(), round.overheadNanos() * factor));
    }
    CostModel found = CostFit.of(rounds);
    assertThat(
            List.of(
                found.roundNanos(),
                found.workerNanos(),
                found.downNanosPerByte(),
                found.upNanosPerByte()))
        .allMatch(value -> value >= 0);
    assertThatThrownBy(() -> CostFit.of(rounds.subList(0, 3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<CostFit.Measured> measured(CostModel model) {
    List<CostFit.Measured> rounds = new ArrayList<>();
    for (int workers : List.of(1, 2, 4, 8)) {
      for (long parameters : List.of(10_000L, 100_000L, 1_000_000L)) {
        rounds.add(
            new CostFit.Measured(
                workers,
                parameters,
                model.overheadNanos(
                    new CostModel.Cluster(workers, 1, Double.POSITIVE_INFINITY),
                    parameters,
                    CostModel.Aggregation.DRIVER)));
      }
    }
    return rounds;
  }
}

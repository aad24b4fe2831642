package io.centroid.run.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.averaging.SumOfSquares;
import io.centroid.averaging.WeightedMean;
import io.centroid.memory.PeakMemory;
import io.centroid.train.CarriedState;
import io.centroid.train.RoundCost;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundMetricsTest {
  private static final int LENGTH = 1000;
  private static final PeakMemory MEMORY = new PeakMemory(100, 200, 300, 0);

  /** Deltas of different norms that share a direction more or less, and unequal weights. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void theCosineFromNormsEqualsThatOfTheDeltas(int workers) {
    for (double shared : new double[] {-0.5, 0, 0.3, 5}) {
      float[][] deltas = deltas(workers, shared);
      WeightedMean mean = new WeightedMean(LENGTH);
      List<WorkerReport> reports = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        mean.add(deltas[i], 10 + 7 * i);
        reports.add(report(i, 10 + 7 * i, norm(deltas[i]), 1));
      }
      double weightedCosines = 0;
      double weights = 0;
      for (int i = 0; i < workers; i++) {
        for (int j = 0; j < i; j++) {
          double weight = (10 + 7 * i) * (10 + 7 * j) * norm(deltas[i]) * norm(deltas[j]);
          weights += weight;
          weightedCosines +=
              weight * dot(deltas[i], deltas[j]) / (norm(deltas[i]) * norm(deltas[j]));
        }
      }
      assertThat(RoundMetrics.deltaCosine(norm(mean.mean()), reports))
          .isCloseTo(weightedCosines / weights, within(1e-6));
      if (shared == 5) {
        assertThat(weightedCosines / weights).isGreaterThan(0.9);
      }
    }
  }

  @Test
  void opposedAndEqualDeltasHaveTheExtremeCosines() {
    List<WorkerReport> two = List.of(report(0, 8, 3, 1), report(1, 8, 3, 1));
    assertThat(RoundMetrics.deltaCosine(0, two)).isEqualTo(-1);
    assertThat(RoundMetrics.deltaCosine(3, two)).isEqualTo(1);
    assertThat(RoundMetrics.deltaCosine(3 / Math.sqrt(2), two)).isCloseTo(0, within(1e-12));
    // The errors of a lossy codec do not lead out of the range.
    assertThat(RoundMetrics.deltaCosine(3.5, two)).isEqualTo(1);
  }

  @Test
  void oneDeltaHasNoCosine() {
    assertThat(RoundMetrics.deltaCosine(3, List.of(report(0, 8, 3, 1)))).isNaN();
    assertThat(RoundMetrics.deltaCosine(1.5, List.of(report(0, 8, 3, 1), report(1, 8, 0, 1))))
        .isNaN();
    WorkerReport idle = new WorkerReport(1, 0, 0, true, 0, 1);
    assertThat(RoundMetrics.deltaCosine(3, List.of(report(0, 8, 3, 1), idle))).isNaN();
    assertThat(metrics(report(0, 8, 3, 1)).values()).doesNotContainKey(RoundMetric.DELTA_COSINE);
  }

  /** The last worker of an epoch takes fewer steps, and its learning rates count less. */
  @Test
  void learningRateIsTheMeanOverStepsAndGradientNormOverWorkers() {
    RoundMetrics metrics =
        metrics(
            new WorkerReport(0, 8, 4, true, 1, 0.6, 4, 2, 5_000, 8_000, MEMORY, ""),
            new WorkerReport(1, 2, 3, true, 1, 0.2, 1, 5, 1_000, 2_000, MEMORY, ""),
            new WorkerReport(2, 0, 0, true, 0, 0, 0, Double.NaN, 0, 500, MEMORY, ""));
    assertThat(metrics.value(RoundMetric.LEARNING_RATE)).isCloseTo(0.16, within(1e-12));
    assertThat(metrics.value(RoundMetric.GRADIENT_NORM)).isEqualTo(3.5);
    assertThat(metrics.value(RoundMetric.WAIT_SECONDS))
        .isCloseTo((0 + 6_000 + 7_500) / 3.0 / 1e9, within(1e-15));
    assertThat(metrics.workers().get(1).loss()).isEqualTo(1.5);
    assertThat(metrics.workers().get(2).loss()).isNaN();
  }

  @Test
  void aNetworkWithItsOwnLearningRatesHasNone() {
    assertThat(
            metrics(new WorkerReport(0, 8, 4, true, 1, 3, 0, Double.NaN, 5, 8, MEMORY, ""))
                .values())
        .doesNotContainKeys(RoundMetric.LEARNING_RATE, RoundMetric.GRADIENT_NORM);
  }

  /** 10 + 50 + 15 seconds; two workers at a time compute for 30 of the 50. */
  @Test
  void theRoundIsSplitIntoPublishingComputingSchedulingAndAggregation() {
    RoundMetrics metrics = metrics(report(0, 8, 3, 1), report(1, 8, 3, 1));
    assertThat(metrics.value(RoundMetric.PUBLISH_SECONDS)).isEqualTo(10);
    assertThat(metrics.value(RoundMetric.COMPUTE_SECONDS)).isEqualTo(30);
    assertThat(metrics.value(RoundMetric.SCHEDULE_SECONDS)).isEqualTo(20);
    assertThat(metrics.value(RoundMetric.AGGREGATION_SECONDS)).isEqualTo(15);
    assertThat(metrics.value(RoundMetric.SECONDS)).isEqualTo(75);
    assertThat(metrics.value(RoundMetric.CHECKPOINT_SECONDS)).isEqualTo(2);
    assertThat(metrics.value(RoundMetric.BYTES_DOWN)).isEqualTo(7);
    assertThat(metrics.value(RoundMetric.BYTES_UP)).isEqualTo(9);
  }

  @Test
  void memoryThatWasNotMeasuredIsAbsent() {
    RoundMetrics metrics = metrics(report(0, 8, 3, 1)).withDriver(new PeakMemory(5, 0, 0));
    assertThat(metrics.value(RoundMetric.RESIDENT_BYTES)).isEqualTo(300);
    assertThat(metrics.value(RoundMetric.DRIVER_HEAP_BYTES)).isEqualTo(5);
    assertThat(metrics.values())
        .doesNotContainKeys(RoundMetric.DEVICE_BYTES, RoundMetric.DRIVER_NATIVE_BYTES);
  }

  private static RoundMetrics metrics(WorkerReport... reports) {
    TrainState start = TrainState.initial(new float[0]);
    Round round = new Round(start, 4);
    RoundResult result =
        new RoundResult(
            new float[0],
            CarriedState.nothing(),
            10,
            0.7,
            new RoundCost(
                10_000_000_000L,
                50_000_000_000L,
                15_000_000_000L,
                0,
                25_000_000_000L,
                60_000_000_000L,
                7,
                9),
            MEMORY,
            List.of(reports),
            3,
            RoundResult.Faults.NONE);
    return RoundMetrics.of(
        Instant.EPOCH,
        new TrainState(1, 4, 0, 4, 10, new float[0], CarriedState.nothing()),
        round,
        result,
        75_000_000_000L,
        2,
        2_000_000_000L);
  }

  private static WorkerReport report(int worker, long examples, double norm, int steps) {
    return new WorkerReport(
        worker, examples, 1, true, norm, 0.1, steps, 1, 1, 1, PeakMemory.UNKNOWN, "");
  }

  private static float[][] deltas(int workers, double shared) {
    SplittableRandom random = new SplittableRandom(workers);
    float[][] deltas = new float[workers][LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      double common = random.nextDouble() - 0.5;
      for (int worker = 0; worker < workers; worker++) {
        double sign = shared < 0 && worker % 2 == 1 ? -1 : 1;
        double own = random.nextDouble() - 0.5;
        deltas[worker][i] = (float) ((worker + 1) * (own + sign * Math.abs(shared) * common));
      }
    }
    return deltas;
  }

  private static double norm(float[] values) {
    return Math.sqrt(SumOfSquares.of(values, 0, values.length));
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}

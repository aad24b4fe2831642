package io.centroid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.WorkerSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The training loop and the workers on a cluster with simulated delays. */
class SimulatedClusterTest {
  private static final double STEP = 5e6;
  private static final SimulatedCluster.Links NO_LINKS =
      new SimulatedCluster.Links(0, Double.POSITIVE_INFINITY, 0);

  @ParameterizedTest
  @CsvSource({
    "1, KEEP, NONE, false",
    "2, AVERAGE, NONE, false",
    "3, RESET, INT8, false",
    "4, KEEP, TOP_K, false",
    "5, AVERAGE, INT8, false",
    "6, AVERAGE, NONE, true",
    "7, KEEP, INT8, true"
  })
  void resultsAreBitwiseIndependentOfDelaysAndArrivalOrder(
      long seed, InnerStatePolicy policy, Codec.Name codec, boolean isPrivate) {
    int workers = 5;
    WorkerSpec spec =
        isPrivate
            ? SmallTraining.privateSpec(workers, policy, codec)
            : SmallTraining.spec(workers, policy, codec);
    TrainingPlan plan = new TrainingPlan(4, 10, 60);
    TrainState expected;
    try (LocalShardedData data = SmallTraining.data(workers, 100)) {
      expected = SmallTraining.train(plan, data.workers(spec, SmallTraining.outerStep(spec)), spec);
    }
    SimulatedCluster.StepTime steps = SimulatedCluster.StepTime.withStragglers(STEP);
    SimulatedCluster.Links links = new SimulatedCluster.Links(20e6, 1e5, 1e5);
    try (LocalShardedData data = SmallTraining.data(workers, 100)) {
      SimulatedCluster cluster =
          new SimulatedCluster(
              SimulatedCluster.Trainer.of(data.workers(spec, SmallTraining.outerStep(spec))),
              workers,
              steps,
              links,
              seed);
      assertSame(SmallTraining.train(plan, cluster, spec), expected);
    }
    try (LocalShardedData data = SmallTraining.data(workers, 100)) {
      OuterStep outerStep = SmallTraining.outerStep(spec);
      SimulatedCluster cluster =
          new SimulatedCluster(
              (round, arrival) -> SmallTraining.inOrder(data, spec, outerStep, round, arrival),
              workers,
              steps,
              links,
              seed);
      assertSame(SmallTraining.train(plan, cluster, spec), expected);
      assertThat(cluster.arrivals()).hasSize(18);
      assertThat(cluster.arrivals().stream().distinct().count()).isGreaterThan(10);
    }
  }

  private static void assertSame(TrainState found, TrainState expected) {
    assertThat(found.parameters()).isEqualTo(expected.parameters());
    assertThat(found.examples()).isEqualTo(expected.examples());
    assertThat(found.carried()).usingRecursiveComparison().isEqualTo(expected.carried());
  }

  @ParameterizedTest
  @CsvSource({
    // workers, one-way latency in ms
    "1, 5",
    "2, 1",
    "2, 20",
    "4, 5",
    "4, 20",
    "8, 1",
    "8, 5",
    "8, 20",
    "16, 5"
  })
  void chosenStepsKeepTheCommunicationShareForAnyLatency(int workers, double latencyMillis) {
    // Latencies vary by 50 %, and nine rounds are measured.
    assertThat(shareOfChosenSteps(workers, latencyMillis, SimulatedCluster.StepTime.even(STEP)))
        .isBetween(0.075, 0.125);
  }

  @ParameterizedTest
  @CsvSource({"2, 20", "4, 20", "8, 5", "8, 20", "16, 5"})
  void communicationShareIsApproximateWithRareStragglers(int workers, double latencyMillis) {
    // The measured rounds have ten steps. In longer rounds the slowest worker is closer to the
    // mean,
    // so that the communication share is above the target, by less than half.
    double share =
        shareOfChosenSteps(workers, latencyMillis, SimulatedCluster.StepTime.withStragglers(STEP));
    assertThat(share).isBetween(0.06, 0.15);
  }

  private static double shareOfChosenSteps(
      int workers, double latencyMillis, SimulatedCluster.StepTime steps) {
    int epoch = 400;
    WorkerSpec spec = SmallTraining.spec(workers, InnerStatePolicy.RESET, Codec.Name.NONE);
    SimulatedCluster.Links links = new SimulatedCluster.Links(latencyMillis * 1e6, 1e6, 2e5);
    try (LocalShardedData data = SmallTraining.data(workers, 2 * epoch)) {
      SimulatedCluster.Trainer trainer =
          SimulatedCluster.Trainer.of(data.workers(spec, SmallTraining.outerStep(spec)));
      TrainingPlan plan = new TrainingPlan(1, epoch, 4L * epoch);
      LocalStepsChoice choice =
          LocalStepsChoice.measure(
              new SimulatedCluster(trainer, workers, steps, links, 1),
              SmallTraining.start(spec),
              plan,
              workers,
              0.1);
      assertThat(choice.localSteps()).isBetween(2, epoch - 1);
      SimulatedCluster chosen = new SimulatedCluster(trainer, workers, steps, links, 2);
      SmallTraining.train(plan.withLocalSteps(choice.localSteps()), chosen, spec);
      return chosen.share();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16})
  void durationOfAOneStepRoundIsTheExpectedMaximum(int workers) {
    double harmonic = 0;
    for (int k = 1; k <= workers; k++) {
      harmonic += 1.0 / k;
    }
    SimulatedCluster cluster = exponentialRounds(workers, 1, 2000);
    assertThat(cluster.meanRoundNanos()).isCloseTo(STEP * harmonic, within(0.05 * STEP * harmonic));
  }

  @Test
  void stepDurationsAverageOutInLongRounds() {
    int steps = 100;
    SimulatedCluster cluster = exponentialRounds(8, steps, 200);
    // Sums of many steps are nearly normal: the expected maximum of 8 is 1.4236 deviations up.
    double expected = STEP * (steps + 1.4236 * Math.sqrt(steps));
    assertThat(cluster.meanRoundNanos()).isCloseTo(expected, within(0.03 * expected));
    assertThat(cluster.share()).isLessThan(1e-6);
  }

  private static SimulatedCluster exponentialRounds(int workers, int steps, int rounds) {
    WorkerSpec spec = SmallTraining.spec(workers, InnerStatePolicy.RESET, Codec.Name.NONE);
    try (LocalShardedData data = SmallTraining.data(workers, 2 * steps)) {
      SimulatedCluster cluster =
          new SimulatedCluster(
              SimulatedCluster.Trainer.of(data.workers(spec, SmallTraining.outerStep(spec))),
              workers,
              SimulatedCluster.StepTime.exponential(STEP),
              NO_LINKS,
              workers);
      SmallTraining.train(new TrainingPlan(steps, steps, (long) rounds * steps), cluster, spec);
      assertThat(cluster.costs()).hasSize(rounds);
      return cluster;
    }
  }
}

package io.centroid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.memory.PeakMemory;
import io.centroid.train.worker.DeltaNorms;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutlierRuleTest {
  private static final OutlierRule RULE = new OutlierRule(100);

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 64})
  void detectsAnOutlierInTheFirstRound(int workers) {
    List<WorkerReport> reports = alike(workers, 1);
    reports.set(1, report(1, 101, 4.7));
    assertThatThrownBy(() -> RULE.check(round(3, DeltaNorms.NONE), reports))
        .isInstanceOf(DivergedException.class)
        .hasMessage(
            "training diverged in round 3: the delta of worker 1 has the norm 101.0, its limit is"
                + " 100.0 (train.outlier-factor = 100)");
    reports.set(1, report(1, 99, 4.7));
    accepted(RULE, DeltaNorms.NONE, reports);
  }

  @Test
  void detectsOutliersThatAreAThirdOfTheWorkers() {
    List<WorkerReport> reports = alike(64, 1);
    for (int worker = 0; worker < 21; worker++) {
      reports.set(worker, report(worker, 1000, 4.7));
    }
    assertThatThrownBy(() -> RULE.check(round(0, DeltaNorms.NONE), reports))
        .hasMessageContaining("worker 0 ");
  }

  @Test
  void aSingleWorkerIsComparedWithItsHistory() {
    accepted(RULE, DeltaNorms.NONE, List.of(report(0, 1e6, 4.7)));
    DeltaNorms past = DeltaNorms.NONE.after(List.of(report(0, 2, 4.7)));
    accepted(RULE, past, List.of(report(0, 199, 4.7)));
    assertThatThrownBy(() -> RULE.check(round(9, past), List.of(report(0, 201, 4.7))))
        .hasMessageContaining("worker 0 has the norm 201.0, its limit is 200.0");
  }

  @Test
  void detectsThatAllWorkersDivergeTogether() {
    DeltaNorms past = DeltaNorms.NONE.after(alike(4, 2));
    List<WorkerReport> reports = alike(4, 250);
    assertThatThrownBy(() -> RULE.check(round(9, past), reports))
        .hasMessageContaining("its limit is 200.0");
    reports.set(2, report(2, 150, 4.7));
    accepted(RULE, past, reports);
  }

  /** The learning rate grows from near 0, and the norms grow a thousandfold with it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 64})
  void learningRateWarmupIsNotAnOutlier(int workers) {
    DeltaNorms past = DeltaNorms.NONE;
    for (int i = 0; i < 30; i++) {
      double rate = 1e-6 * Math.pow(10, i / 5.0);
      List<WorkerReport> reports = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        reports.add(report(worker, 20 * rate * (1 + 0.1 * worker), rate));
      }
      accepted(RULE, past, reports);
      past = past.after(reports);
    }
  }

  /** At the end of an epoch some workers have few or no examples left. */
  @ParameterizedTest
  @CsvSource({"1, 1000", "1000, 1", "0, 1000"})
  void unequalNumbersOfStepsAreNotOutliers(int stepsOfOne, int stepsOfOthers) {
    List<WorkerReport> reports = new ArrayList<>();
    reports.add(
        stepsOfOne == 0
            ? new WorkerReport(0, 0, 0, true, 0, 0, 0, Double.NaN, 0, 0, PeakMemory.UNKNOWN, "")
            : report(0, 0.3 * stepsOfOne, 0.1 * stepsOfOne));
    for (int worker = 1; worker < 4; worker++) {
      reports.add(report(worker, 0.3 * stepsOfOthers, 0.1 * stepsOfOthers));
    }
    accepted(RULE, DeltaNorms.NONE, reports);
    DeltaNorms past = DeltaNorms.NONE.after(List.of(report(0, 0.3, 0.1)));
    accepted(RULE, past, reports);
    // Norms that grow with the square root of the steps: a single step has a large norm per unit.
    List<WorkerReport> squareRootGrowth =
        List.of(report(0, 0.3, 0.1), report(1, 0.3 * Math.sqrt(1000), 0.1 * 1000));
    accepted(RULE, DeltaNorms.NONE, squareRootGrowth);
  }

  @Test
  void aConvergedWorkerDoesNotMakeTheOtherAnOutlier() {
    DeltaNorms past = DeltaNorms.NONE.after(List.of(report(0, 0.4, 4.7), report(1, 0.5, 4.7)));
    accepted(RULE, past, List.of(report(0, 1e-9, 4.7), report(1, 0.4, 4.7)));
  }

  @Test
  void deltasSmallRelativeToTheParametersAreAccepted() {
    float[] parameters = new float[400];
    java.util.Arrays.fill(parameters, 1); // norm 20: a tenth is 2
    TrainState start = TrainState.initial(parameters);
    List<WorkerReport> reports = new ArrayList<>(alike(3, 1e-6));
    reports.set(2, report(2, 1.99, 4.7));
    assertThatCode(() -> RULE.check(new Round(start, 1), reports)).doesNotThrowAnyException();
    reports.set(2, report(2, 2.01, 4.7));
    assertThatThrownBy(() -> RULE.check(new Round(start, 1), reports))
        .hasMessageContaining("worker 2 has the norm 2.010, its limit is 2.000");
  }

  @Test
  void unmeasuredReportsAreIgnored() {
    List<WorkerReport> reports =
        List.of(new WorkerReport(0, 8, 1, true, 0, 0), report(1, 1e9, 4.7), report(2, 1, 0));
    accepted(RULE, DeltaNorms.NONE, reports);
    assertThat(DeltaNorms.NONE.after(List.of(reports.get(0)))).isEqualTo(DeltaNorms.NONE);
    accepted(OutlierRule.off(), DeltaNorms.NONE, List.of(report(0, 1, 1), report(1, 1e30, 1)));
  }

  @Test
  void deltaNormsAreDecayingMaxima() {
    DeltaNorms past = DeltaNorms.NONE.after(List.of(report(0, 1, 0.5), report(1, 3, 3)));
    assertThat(past).isEqualTo(new DeltaNorms(3, 2));
    DeltaNorms later = past.after(List.of(report(0, 1, 1)));
    assertThat(later.norm()).isCloseTo(2.7, within(1e-12));
    assertThat(later.perUnitLearningRate()).isCloseTo(1.8, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 9", "3, 9", "9, 3"})
  void medianOfOthersExcludesTheWorkerItself(double own, double expected) {
    double[] sample =
        own == 1 ? new double[] {1} : own == 2 ? new double[] {2, 9} : new double[] {1, 3, 9};
    assertThat(OutlierRule.medianOfOthers(sample, own)).isEqualTo(expected);
  }

  private static void accepted(OutlierRule rule, DeltaNorms past, List<WorkerReport> reports) {
    assertThatCode(() -> rule.check(round(0, past), reports)).doesNotThrowAnyException();
  }

  private static Round round(long number, DeltaNorms past) {
    return new Round(
        new TrainState(
            number,
            0,
            0,
            0,
            0,
            new float[] {0.01f},
            CarriedState.nothing(),
            new RunHistory(past, List.of())),
        1);
  }

  private static List<WorkerReport> alike(int workers, double norm) {
    List<WorkerReport> reports = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      reports.add(report(worker, norm, 4.7));
    }
    return reports;
  }

  private static WorkerReport report(int worker, double norm, double learningRateSum) {
    return new WorkerReport(
        worker, 8, 1, true, norm, learningRateSum, 1, 0.5, 0, 0, PeakMemory.UNKNOWN, "");
  }
}

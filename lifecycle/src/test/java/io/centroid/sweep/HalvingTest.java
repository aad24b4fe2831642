package io.centroid.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.train.Metric;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HalvingTest {
  private static final Halving BY_THREE = new Halving(3, 1);

  @Test
  void theEpochsOfAllTrialsAreThoseUpToTheirRungs() {
    assertThat(new Halving(3, 1).epochs(9, 9)).isEqualTo(9 + 3 * 2 + 6);
    assertThat(new Halving(2, 2).epochs(3, 5)).isEqualTo(3 * 2 + 2 + 1);
  }

  @Test
  void rungsGrowByTheFactorAndEndBeforeTheLastEpoch() {
    assertThat(BY_THREE.rungs(27)).containsExactly(1, 3, 9);
    assertThat(BY_THREE.rungs(28)).containsExactly(1, 3, 9, 27);
    assertThat(new Halving(2, 3).rungs(20)).containsExactly(3, 6, 12);
    assertThat(new Halving(2, 3).rungs(3)).isEmpty();
    assertThat(new Halving(1_000_000, 1).rungs(Integer.MAX_VALUE)).containsExactly(1, 1_000_000);
  }

  @Test
  void theBestThirdContinues() {
    Map<Integer, Double> scores = scores(0.5, 0.9, 0.7, 0.8, 0.1, 0.95, 0.2);
    assertThat(BY_THREE.survivors(scores, Metric.ACCURACY)).containsExactly(2, 6);
    assertThat(BY_THREE.survivors(scores, Metric.LOSS)).containsExactly(5, 7);
  }

  @Test
  void inATieTheLowerNumberContinues() {
    assertThat(BY_THREE.survivors(scores(0.5, 0.8, 0.8, 0.8, 0.8, 0.1), Metric.ACCURACY))
        .containsExactly(2, 3);
    assertThat(BY_THREE.survivors(scores(0.5, 0.5, 0.5), Metric.LOSS)).containsExactly(1);
  }

  @Test
  void trialsThatDivergedLose() {
    double nan = Double.NaN;
    assertThat(BY_THREE.survivors(scores(nan, nan, 9, nan, 8, 7, nan, nan, nan), Metric.LOSS))
        .containsExactly(3, 5, 6);
    assertThat(BY_THREE.survivors(scores(nan, nan, nan, nan, nan, 7), Metric.LOSS))
        .containsExactly(6);
    assertThat(BY_THREE.survivors(scores(nan, nan), Metric.ACCURACY)).isEmpty();
  }

  @Test
  void oneOfTwoContinues() {
    assertThat(BY_THREE.survivors(scores(1, 2), Metric.ACCURACY)).containsExactly(2);
  }

  private static Map<Integer, Double> scores(double... scores) {
    Map<Integer, Double> byTrial = new TreeMap<>();
    for (double score : scores) {
      byTrial.put(byTrial.size() + 1, score);
    }
    return byTrial;
  }

  @Test
  void theFinishedAreRankedBeforeThoseThatWereTrainedLess() {
    List<TrialRecord> records =
        List.of(
            record(1, TrialRecord.Status.STOPPED, 1, 0.99),
            record(2, TrialRecord.Status.FINISHED, 9, 0.7),
            record(3, TrialRecord.Status.DIVERGED, 1, 0.9),
            record(4, TrialRecord.Status.STOPPED, 3, 0.5),
            record(5, TrialRecord.Status.FINISHED, 2, 0.7),
            record(6, TrialRecord.Status.FINISHED, 9, 0.8),
            record(7, TrialRecord.Status.STOPPED, 3, 0.6));
    SweepResults results = new SweepResults(Metric.ACCURACY, records);
    assertThat(results.ranked())
        .extracting(TrialRecord::trial)
        .containsExactly(6, 2, 5, 7, 4, 1, 3);
    assertThat(results.best().orElseThrow().trial()).isEqualTo(6);
    assertThat(new SweepResults(null, List.of(TrialRecord.planned(1))).best()).isEmpty();
    assertThat(
            new SweepResults(Metric.LOSS, List.of(record(1, TrialRecord.Status.DIVERGED, 1, 1)))
                .best())
        .isEmpty();
  }

  private static TrialRecord record(
      int trial, TrialRecord.Status status, int epochs, double accuracy) {
    return new TrialRecord(
        trial,
        status,
        epochs,
        epochs,
        List.of(),
        Map.of("accuracy", accuracy),
        Map.of(),
        null,
        1,
        null);
  }
}

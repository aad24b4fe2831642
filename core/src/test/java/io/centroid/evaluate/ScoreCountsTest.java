package io.centroid.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.Pythons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCountsTest {
  @TempDir Path folder;

  /** Scores of the class 0.9, 0.6, 0.3 and of others 0.7, 0.2. */
  @Test
  void areasAndPointsOfFiveExamples() {
    ScoreCounts counts = ScoreCounts.empty(1);
    for (float score : new float[] {0.9f, 0.6f, 0.3f}) {
      counts.positives()[0][ScoreCounts.bin(score)]++;
    }
    for (float score : new float[] {0.7f, 0.2f}) {
      counts.negatives()[0][ScoreCounts.bin(score)]++;
    }
    // 5 of 6 pairs of one positive and one negative are in order, less (0.6, 0.7) and (0.3, 0.7).
    assertThat(counts.rocArea(0)).isCloseTo(4 / 6.0, within(1e-12));
    assertThat(counts.averagePrecision(0)).isCloseTo((1 + 2 / 3.0 + 3 / 4.0) / 3, within(1e-12));
    assertThat(counts.precision(0, ScoreCounts.bin(0.5f))).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(counts.recall(0, ScoreCounts.bin(0.5f))).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(counts.precision(0, 0)).isEqualTo(0.6);
    assertThat(counts.recall(0, 0)).isEqualTo(1);
  }

  @Test
  void equalScoresCountHalf() {
    ScoreCounts counts = ScoreCounts.empty(1);
    counts.positives()[0][70] = 4;
    counts.negatives()[0][70] = 12;
    assertThat(counts.rocArea(0)).isEqualTo(0.5);
    assertThat(counts.averagePrecision(0)).isEqualTo(0.25);
    assertThat(ScoreCounts.empty(1).rocArea(0)).isNaN();
    assertThat(ScoreCounts.empty(1).averagePrecision(0)).isNaN();
  }

  @Test
  void binsCoverProbabilitiesAndTheLastHoldsOne() {
    assertThat(ScoreCounts.bin(0)).isZero();
    assertThat(ScoreCounts.bin(0.00499f)).isZero();
    assertThat(ScoreCounts.bin(0.5f)).isEqualTo(100);
    assertThat(ScoreCounts.bin(0.9999f)).isEqualTo(199);
    assertThat(ScoreCounts.bin(1)).isEqualTo(200);
    assertThat(ScoreCounts.bin(1.0000001f)).isEqualTo(200);
    assertThat(ScoreCounts.bin(Float.NaN)).isZero();
  }

  @Test
  void areasAgreeWithScikitLearn() throws IOException, InterruptedException {
    String python = Pythons.with("sklearn");
    SplittableRandom random = new SplittableRandom(5);
    ScoreCounts counts = ScoreCounts.empty(1);
    StringBuilder examples = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      boolean isPositive = random.nextDouble() < 0.2;
      double spread = random.nextDouble() + random.nextDouble() + random.nextDouble();
      float score = (float) Math.min(1, (spread + (isPositive ? 0.8 : 0)) / 3.8);
      (isPositive ? counts.positives() : counts.negatives())[0][ScoreCounts.bin(score)]++;
      examples.append(isPositive ? 1 : 0).append(' ').append(score).append('\n');
    }
    Path file = Files.writeString(folder.resolve("scores.txt"), examples);
    String[] found =
        Pythons.run(
                python,
                """
                import sys
                from sklearn.metrics import average_precision_score, roc_auc_score
                rows = [line.split() for line in open(sys.argv[1])]
                labels, scores = [int(a) for a, _ in rows], [float(b) for _, b in rows]
                print(average_precision_score(labels, scores), roc_auc_score(labels, scores))
                """,
                file.toString())
            .strip()
            .split(" ");
    assertThat(counts.averagePrecision(0))
        .isCloseTo(Double.parseDouble(found[0]), within(0.005))
        .isBetween(0.4, 0.95);
    assertThat(counts.rocArea(0)).isCloseTo(Double.parseDouble(found[1]), within(0.001));
  }
}

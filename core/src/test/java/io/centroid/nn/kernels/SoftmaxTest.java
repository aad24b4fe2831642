package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.evaluate.Evaluator;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoftmaxTest {

  @Test
  void constantScoresHitOnlyTheFirstColumn() {
    int columns = 7;
    try (FloatVector scores = FloatVector.allocate(columns * columns)) {
      int[] targets = {0, 1, 2, 3, 4, 5, 6};
      Softmax.Score score = new Softmax().score(columns, columns, scores, 0, targets, 0);
      assertThat(score.correct()).isEqualTo(1);
      assertThat(score.loss()).isCloseTo(columns * Math.log(columns), within(1e-5));
    }
  }

  /** Of equal maxima the first wins, here and in the evaluation of classifiers. */
  @Test
  void hitsAgreeWithTheEvaluation() {
    int rows = 300;
    int columns = 5;
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[rows * columns];
    int[] targets = new int[rows];
    long expected = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < columns; i++) {
        values[row * columns + i] = random.nextInt(3) - 1;
      }
      targets[row] = random.nextInt(columns);
      expected += Evaluator.mostProbable(values, row, columns) == targets[row] ? 1 : 0;
    }
    try (FloatVector scores = FloatVector.allocate(values.length)) {
      scores.load(values);
      Softmax.Score evaluated = new Softmax().score(rows, columns, scores, 0, targets, 0);
      Softmax.Score trained =
          new Softmax().crossEntropy(rows, columns, scores, 0, targets, 0, 1f / rows);
      assertThat(evaluated.correct()).isEqualTo(expected);
      assertThat(trained).isEqualTo(evaluated);
    }
  }
}

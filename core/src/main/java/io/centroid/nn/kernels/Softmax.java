package io.centroid.nn.kernels;

import java.util.Arrays;

/**
 * Softmax of rows of scores, in attention and as the cross-entropy of an output layer, on the CPU.
 * An instance keeps working space: one for each thread.
 */
public final class Softmax {
  private static final int STRETCH = 4096;

  private final VectorMath.Powers powers = new VectorMath.Powers();
  private float[] values = new float[STRETCH];
  private float[] others = new float[STRETCH];

  /**
   * Turns each row of a square matrix of scores into probabilities of the places up to the row's
   * own; later places get 0.
   */
  public void causal(int size, FloatVector scores, long from) {
    reserve(size);
    for (int r = 0; r < size; r++) {
      long at = from + (long) r * size;
      int seen = r + 1;
      scores.read(at, values, seen);
      float largest = VectorMath.largest(values, 0, seen);
      VectorMath.exp(values, 0, seen, largest, powers);
      VectorMath.scale(values, 0, seen, 1 / VectorMath.sum(values, 0, seen));
      Arrays.fill(values, seen, size, 0);
      scores.write(at, values, size);
    }
  }

  /**
   * Turns the gradient at {@link #causal}'s probabilities into the one at its scores, times {@code
   * factor}.
   */
  public void causalBackward(
      int size,
      FloatVector probabilities,
      long from,
      FloatVector delta,
      long deltaFrom,
      float factor) {
    reserve(size);
    for (int r = 0; r < size; r++) {
      int seen = r + 1;
      probabilities.read(from + (long) r * size, values, seen);
      long at = deltaFrom + (long) r * size;
      delta.read(at, others, seen);
      float mean = VectorMath.dot(values, others, 0, seen);
      slope(values, others, seen, mean, factor);
      Arrays.fill(others, seen, size, 0);
      delta.write(at, others, size);
    }
  }

  private static void slope(
      float[] probabilities, float[] delta, int length, float mean, float factor) {
    for (int i = 0; i < length; i++) {
      delta[i] = probabilities[i] * (delta[i] - mean) * factor;
    }
  }

  /** Sums over rows of scored tokens. */
  public record Score(double loss, long right) {
    public static final Score NONE = new Score(0, 0);

    public Score plus(Score other) {
      return new Score(loss + other.loss, right + other.right);
    }
  }

  /**
   * Softmax cross-entropy of each row's target: turns scores into the gradient times {@code
   * factor}.
   *
   * @param targets column of row r at {@code firstTarget + r}
   * @return sum of the losses in nats, and how often the target has the largest score
   */
  public Score crossEntropy(
      int rows,
      int columns,
      FloatVector scores,
      long from,
      int[] targets,
      int firstTarget,
      float factor) {
    return score(rows, columns, scores, from, targets, firstTarget, true, factor);
  }

  /** As {@link #crossEntropy}, without the gradient: the scores are left as they are. */
  public Score score(
      int rows, int columns, FloatVector scores, long from, int[] targets, int firstTarget) {
    return score(rows, columns, scores, from, targets, firstTarget, false, 0);
  }

  private Score score(
      int rows,
      int columns,
      FloatVector scores,
      long from,
      int[] targets,
      int firstTarget,
      boolean slopes,
      float factor) {
    reserve(columns);
    double loss = 0;
    long right = 0;
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      int target = targets[firstTarget + r];
      scores.read(at, values, columns);
      float largest = VectorMath.largest(values, 0, columns);
      float score = values[target];
      VectorMath.exp(values, 0, columns, largest, powers);
      float sum = VectorMath.sum(values, 0, columns);
      loss += Math.log(sum) + ((double) largest - score);
      right += score == largest ? 1 : 0;
      if (slopes) {
        VectorMath.scale(values, 0, columns, factor / sum);
        values[target] -= factor;
        scores.write(at, values, columns);
      }
    }
    return new Score(loss, right);
  }

  private void reserve(int columns) {
    if (columns > values.length) {
      values = new float[columns];
      others = new float[columns];
    }
  }
}

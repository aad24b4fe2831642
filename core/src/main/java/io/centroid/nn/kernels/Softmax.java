package io.centroid.nn.kernels;

import java.util.Arrays;

/**
 * Softmax kernels on the CPU: causal attention and cross-entropy. An instance holds scratch
 * buffers: use one per thread.
 */
public final class Softmax {
  private static final int CHUNK = 4096;

  private final VectorMath.ExpBuffers expBuffers = new VectorMath.ExpBuffers();
  private float[] values = new float[CHUNK];
  private float[] others = new float[CHUNK];

  /**
   * Causal softmax of a square matrix in place: row r is a distribution over columns 0 to r, and 0
   * after them.
   */
  public void causal(int size, FloatVector scores, long from) {
    reserve(size);
    for (int r = 0; r < size; r++) {
      long at = from + (long) r * size;
      int visible = r + 1;
      scores.read(at, values, visible);
      float largest = VectorMath.largest(values, 0, visible);
      VectorMath.exp(values, 0, visible, largest, expBuffers);
      VectorMath.scale(values, 0, visible, 1 / VectorMath.sum(values, 0, visible));
      Arrays.fill(values, visible, size, 0);
      scores.write(at, values, size);
    }
  }

  /**
   * Backward pass of {@link #causal}: replaces the gradient at the probabilities by that at the
   * scores, times {@code factor}.
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
      int visible = r + 1;
      probabilities.read(from + (long) r * size, values, visible);
      long at = deltaFrom + (long) r * size;
      delta.read(at, others, visible);
      float mean = VectorMath.dot(values, others, 0, visible);
      scoreGradient(values, others, visible, mean, factor);
      Arrays.fill(others, visible, size, 0);
      delta.write(at, others, size);
    }
  }

  private static void scoreGradient(
      float[] probabilities, float[] delta, int length, float mean, float factor) {
    for (int i = 0; i < length; i++) {
      delta[i] = probabilities[i] * (delta[i] - mean) * factor;
    }
  }

  /**
   * Sums over rows.
   *
   * @param loss sum of cross-entropies in nats
   * @param correct number of top-1 hits
   */
  public record Score(double loss, long correct) {
    public static final Score NONE = new Score(0, 0);

    public Score plus(Score other) {
      return new Score(loss + other.loss, correct + other.correct);
    }
  }

  /**
   * Softmax cross-entropy; overwrites the scores with the gradient times {@code factor}.
   *
   * @param targets target column of row r at {@code firstTarget + r}
   * @return sum of the losses, and number of top-1 hits
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

  /** {@link #crossEntropy} without the gradient: the scores stay unchanged. */
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
      boolean computeGradient,
      float factor) {
    reserve(columns);
    double loss = 0;
    long correct = 0;
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      int target = targets[firstTarget + r];
      scores.read(at, values, columns);
      float largest = VectorMath.largest(values, 0, columns);
      float score = values[target];
      correct += score == largest && isFirst(target) ? 1 : 0;
      VectorMath.exp(values, 0, columns, largest, expBuffers);
      float sum = VectorMath.sum(values, 0, columns);
      loss += StrictMath.log(sum) + ((double) largest - score);
      if (computeGradient) {
        VectorMath.scale(values, 0, columns, factor / sum);
        values[target] -= factor;
        scores.write(at, values, columns);
      }
    }
    return new Score(loss, correct);
  }

  /** Of equal scores the first is the prediction. */
  private boolean isFirst(int target) {
    for (int i = 0; i < target; i++) {
      if (values[i] == values[target]) {
        return false;
      }
    }
    return true;
  }

  private void reserve(int columns) {
    if (columns > values.length) {
      values = new float[columns];
      others = new float[columns];
    }
  }
}

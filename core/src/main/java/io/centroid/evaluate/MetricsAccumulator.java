package io.centroid.evaluate;

import io.centroid.nn.Loss;

/** Counts what the outputs of a classifier or a regression are worth. Not thread-safe. */
public final class MetricsAccumulator {
  /**
   * Probabilities are not taken below this, so that a wrong certainty costs 87 nats and not
   * infinity.
   */
  private static final double LEAST_PROBABILITY = Float.MIN_NORMAL;

  private final Loss loss;
  private final int width;
  private final long[][] confusion;
  private long examples;
  private double lossSum;
  private double absoluteErrorSum;

  /**
   * An empty tally.
   *
   * @param width outputs of an example
   */
  public MetricsAccumulator(Loss loss, int width) {
    this.loss = loss;
    this.width = width;
    int classes = loss.classes(width);
    this.confusion = new long[classes][classes];
  }

  /** Adds {@code rows} examples: their targets, and their outputs row after row. */
  public void add(float[] targets, int rows, float[] outputs) {
    for (int row = 0; row < rows; row++) {
      examples++;
      float target = targets[row];
      float answer = Evaluator.answer(loss, outputs, row, width);
      if (loss.classifies()) {
        int label = (int) target;
        confusion[label][(int) answer]++;
        lossSum -= Math.log(Math.max(LEAST_PROBABILITY, probability(outputs, row, label)));
      } else {
        double error = (double) answer - target;
        lossSum += error * error;
        absoluteErrorSum += Math.abs(error);
      }
    }
  }

  private double probability(float[] outputs, int row, int label) {
    if (loss == Loss.BINARY_CROSS_ENTROPY) {
      double one = outputs[row];
      return label == 1 ? one : 1 - one;
    }
    return outputs[row * width + label];
  }

  /** What was counted so far. */
  public Evaluation evaluation() {
    return new Evaluation(examples, lossSum, absoluteErrorSum, confusion);
  }
}

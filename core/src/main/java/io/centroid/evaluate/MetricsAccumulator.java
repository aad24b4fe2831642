package io.centroid.evaluate;

import io.centroid.data.ClassNames;
import io.centroid.data.Moments;
import io.centroid.error.InputException;
import io.centroid.nn.Loss;
import java.util.Locale;

/** Accumulates the metrics of a classifier or a regression. Not thread-safe. */
public final class MetricsAccumulator {
  /**
   * Lower bound of probabilities, so that the loss of a confident error is 87 nats and not
   * infinity.
   */
  private static final double LEAST_PROBABILITY = Float.MIN_NORMAL;

  private final Loss loss;
  private final int width;
  private final long[][] confusion;
  private Moments regressed = Moments.NONE;
  private long examples;
  private double lossSum;
  private double absoluteErrorSum;

  /**
   * Creates an empty accumulator.
   *
   * @param width number of outputs per example
   * @throws InputException if there are too many classes for a confusion matrix
   */
  public MetricsAccumulator(Loss loss, int width) {
    this.loss = loss;
    this.width = width;
    int classes = loss.classes(width);
    if (classes > ClassNames.MOST) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "a classifier must have at most %,d classes: %,d",
              ClassNames.MOST,
              classes));
    }
    this.confusion = new long[classes][classes];
  }

  /**
   * Adds examples.
   *
   * @param rows number of examples
   * @param outputs shape (rows, width), row-major
   * @throws InputException if a target is missing (NaN)
   */
  public void add(float[] targets, int rows, float[] outputs) {
    for (int row = 0; row < rows; row++) {
      examples++;
      float target = targets[row];
      if (Float.isNaN(target)) {
        throw new InputException("data: an example has no target, expected one for each");
      }
      float prediction = Evaluator.prediction(loss, outputs, row, width);
      if (loss.classifies()) {
        int label = (int) target;
        confusion[label][(int) prediction]++;
        lossSum -= StrictMath.log(Math.max(LEAST_PROBABILITY, probability(outputs, row, label)));
      } else {
        regressed = regressed.with(target);
        double error = (double) prediction - target;
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

  /** The evaluation of the examples added so far. */
  public Evaluation evaluation() {
    return loss.classifies()
        ? new Evaluation(examples, lossSum, absoluteErrorSum, confusion)
        : Evaluation.ofRegression(lossSum, absoluteErrorSum, regressed);
  }
}

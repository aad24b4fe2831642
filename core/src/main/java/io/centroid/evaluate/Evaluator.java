package io.centroid.evaluate;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalisation;
import io.centroid.model.Learner;
import io.centroid.model.Loss;

/** Runs a network over the examples of one shard and counts. */
public final class Evaluator {
  private static final int ROWS = 256;

  /**
   * Probabilities are not taken below this, so that a wrong certainty costs 87 nats and not
   * infinity.
   */
  private static final double LEAST_PROBABILITY = Float.MIN_NORMAL;

  private final Learner learner;
  private final Loss loss;
  private final Normalisation normalisation;

  public Evaluator(Learner learner, Loss loss, Normalisation normalisation) {
    this.learner = learner;
    this.loss = loss;
    this.normalisation = normalisation;
  }

  public Evaluation evaluate(Examples examples) {
    Tally tally = new Tally(loss == Loss.CROSS_ENTROPY ? learner.outputs() : 0);
    Batch batch = new Batch(examples.shape(), ROWS);
    for (int from = 0; from < examples.count(); from += ROWS) {
      batch.fill(examples, normalisation, from, Math.min(from + ROWS, examples.count()));
      tally.add(batch, learner.predict(batch), learner.outputs());
    }
    return tally.evaluation();
  }

  /** The class with the largest value in a row of outputs; the first of equals. */
  public static int mostProbable(float[] outputs, int row, int width) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      if (outputs[row * width + i] > outputs[row * width + best]) {
        best = i;
      }
    }
    return best;
  }

  private static final class Tally {
    private final long[][] confusion;
    private long examples;
    private double lossSum;
    private double absoluteErrorSum;

    Tally(int classes) {
      this.confusion = new long[classes][classes];
    }

    void add(Batch batch, float[] outputs, int width) {
      for (int row = 0; row < batch.size(); row++) {
        examples++;
        if (confusion.length > 0) {
          int label = (int) batch.targets()[row];
          confusion[label][mostProbable(outputs, row, width)]++;
          lossSum -= Math.log(Math.max(LEAST_PROBABILITY, outputs[row * width + label]));
        } else {
          double error = (double) outputs[row * width] - batch.targets()[row];
          lossSum += error * error;
          absoluteErrorSum += Math.abs(error);
        }
      }
    }

    Evaluation evaluation() {
      return new Evaluation(examples, lossSum, absoluteErrorSum, confusion);
    }
  }
}

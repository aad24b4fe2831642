package io.centroid.evaluate;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalisation;
import io.centroid.model.Learner;
import io.centroid.model.Loss;
import io.centroid.model.TokenLearner;

/** Runs a network over the examples of one shard and counts. */
public final class Evaluator {
  private static final int ROWS = 256;

  /**
   * Windows of text that are scored in one call; the learner takes fewer at once if they are long.
   */
  private static final int WINDOWS = 16;

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
    if (learner instanceof TokenLearner language && language.predictsTokens()) {
      return evaluateTokens(language, examples);
    }
    Tally tally = new Tally(loss, learner.outputs());
    Batch batch = new Batch(examples.shape(), ROWS);
    for (int from = 0; from < examples.count(); from += ROWS) {
      requireWanted();
      batch.fill(examples, normalisation, from, Math.min(from + ROWS, examples.count()));
      tally.add(batch, learner.predict(batch));
    }
    return tally.evaluation();
  }

  private Evaluation evaluateTokens(TokenLearner language, Examples examples) {
    Batch batch = new Batch(examples.shape(), WINDOWS);
    Evaluation total = Evaluation.ofTokens(0, 0, 0, 0);
    for (int from = 0; from < examples.count(); from += WINDOWS) {
      requireWanted();
      batch.fill(examples, normalisation, from, Math.min(from + WINDOWS, examples.count()));
      TokenLearner.TokenScore score = language.score(batch);
      total =
          total.merge(
              Evaluation.ofTokens(batch.size(), score.loss(), score.tokens(), score.right()));
    }
    return total;
  }

  /** A task that was killed must not keep its core to the end. */
  private static void requireWanted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("interrupted");
    }
  }

  /**
   * What a row of outputs says: the most probable class, or the number of a regression. Of a single
   * probability, class 1 from 0.5 on.
   */
  static float answer(Loss loss, float[] outputs, int row, int width) {
    return switch (loss) {
      case CROSS_ENTROPY -> mostProbable(outputs, row, width);
      case BINARY_CROSS_ENTROPY -> outputs[row * width] >= 0.5f ? 1 : 0;
      case MEAN_SQUARED_ERROR -> outputs[row * width];
    };
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
    private final Loss loss;
    private final int width;
    private final long[][] confusion;
    private long examples;
    private double lossSum;
    private double absoluteErrorSum;

    Tally(Loss loss, int width) {
      this.loss = loss;
      this.width = width;
      int classes = loss.classes(width);
      this.confusion = new long[classes][classes];
    }

    void add(Batch batch, float[] outputs) {
      for (int row = 0; row < batch.size(); row++) {
        examples++;
        float target = batch.targets()[row];
        float answer = answer(loss, outputs, row, width);
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

    Evaluation evaluation() {
      return new Evaluation(examples, lossSum, absoluteErrorSum, confusion);
    }
  }
}

package io.centroid.evaluate;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.TokenLearner;

/** Evaluates a network on the examples of a shard. */
public final class Evaluator {
  private static final int ROWS = 256;

  /** Batch size for language models; the learner splits a batch of long sequences. */
  private static final int WINDOWS = 16;

  private final Learner learner;
  private final Loss loss;
  private final Normalization normalization;

  public Evaluator(Learner learner, Loss loss, Normalization normalization) {
    this.learner = learner;
    this.loss = loss;
    this.normalization = normalization;
  }

  public Evaluation evaluate(Examples examples) {
    if (learner instanceof TokenLearner language && language.predictsTokens()) {
      return evaluateTokens(language, examples);
    }
    MetricsAccumulator accumulator = new MetricsAccumulator(loss, learner.outputs());
    DetailsAccumulator details = new DetailsAccumulator(loss, learner.outputs(), examples);
    Batch batch = new Batch(examples.shape(), ROWS);
    for (int from = 0; from < examples.count(); from += ROWS) {
      requireNotInterrupted();
      batch.fill(examples, normalization, from, Math.min(from + ROWS, examples.count()));
      float[] outputs = outputs(learner, normalization, batch);
      accumulator.add(batch.targets(), batch.size(), outputs);
      details.add(from, batch.size(), outputs);
    }
    return accumulator.evaluation().with(details.details());
  }

  private Evaluation evaluateTokens(TokenLearner language, Examples examples) {
    Batch batch = new Batch(examples.shape(), WINDOWS);
    Evaluation total = Evaluation.ofTokens(0, 0, 0, 0);
    for (int from = 0; from < examples.count(); from += WINDOWS) {
      requireNotInterrupted();
      batch.fill(examples, normalization, from, Math.min(from + WINDOWS, examples.count()));
      TokenLearner.TokenScore score = language.score(batch);
      total =
          total.merge(
              Evaluation.ofTokens(batch.size(), score.loss(), score.tokens(), score.correct()));
    }
    return total;
  }

  /**
   * The network's outputs for a batch; those of a regression in the unit of its targets.
   *
   * @return shape (batch, outputs), row-major
   */
  public static float[] outputs(Learner learner, Normalization normalization, Batch batch) {
    return normalization.targets().restore(learner.predict(batch));
  }

  /** Stops the evaluation if the task was killed. */
  private static void requireNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("interrupted");
    }
  }

  /**
   * Prediction of a row of outputs: the most probable class, or the value of a regression. With one
   * probability, class 1 from 0.5 on.
   */
  public static float prediction(Loss loss, float[] outputs, int row, int width) {
    return switch (loss) {
      case CROSS_ENTROPY -> mostProbable(outputs, row, width);
      case BINARY_CROSS_ENTROPY -> outputs[row * width] >= 0.5f ? 1 : 0;
      case MEAN_SQUARED_ERROR -> outputs[row * width];
    };
  }

  /** Index of the largest value in a row of outputs; the lowest index of equal values. */
  public static int mostProbable(float[] outputs, int row, int width) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      if (outputs[row * width + i] > outputs[row * width + best]) {
        best = i;
      }
    }
    return best;
  }
}

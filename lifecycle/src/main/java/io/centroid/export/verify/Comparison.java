package io.centroid.export.verify;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Evaluator;
import io.centroid.evaluate.MetricsAccumulator;
import io.centroid.nn.Loss;
import java.util.Map;
import java.util.function.IntConsumer;

/** Computes examples by two models, and counts how far they are apart. */
final class Comparison {
  private static final int ROWS = 256;

  private final Outputs ours;
  private final Outputs theirs;
  private final Loss loss;
  private final int classes;
  private final boolean language;
  private long values;
  private double maxDifference;
  private double largest;
  private long answers;
  private long same;

  /** What was found; the metrics are empty if the examples have no targets. */
  record Found(
      long values,
      double maxDifference,
      double largest,
      double agreement,
      Map<String, Double> before,
      Map<String, Double> after) {}

  /**
   * Two models that are the same.
   *
   * @param language whether they are language models
   * @param classes that a classifier knows
   */
  Comparison(Outputs ours, Outputs theirs, Loss loss, int classes, boolean language) {
    this.ours = ours;
    this.theirs = theirs;
    this.loss = loss;
    this.classes = classes;
    this.language = language;
  }

  /** Compares all examples; {@code progress} hears how many are done. */
  Found of(Examples examples, IntConsumer progress) {
    return language ? tokens(examples, progress) : rows(examples, progress);
  }

  private Found rows(Examples examples, IntConsumer progress) {
    MetricsAccumulator before = null;
    MetricsAccumulator after = null;
    boolean labeled = isLabeled(examples);
    for (int from = 0; from < examples.count(); from += ROWS) {
      int to = Math.min(from + ROWS, examples.count());
      float[] mine = ours.of(examples, from, to);
      float[] others = theirs.of(examples, from, to);
      int width = mine.length / (to - from);
      compare(mine, others);
      if (loss.classifies()) {
        count(mine, others, width);
      }
      if (labeled) {
        before = before == null ? new MetricsAccumulator(loss, width) : before;
        after = after == null ? new MetricsAccumulator(loss, width) : after;
        float[] targets = targets(examples, from, to);
        before.add(targets, to - from, mine);
        after.add(targets, to - from, others);
      }
      progress.accept(to);
    }
    return found(
        before == null ? Map.of() : before.evaluation().metrics(),
        after == null ? Map.of() : after.evaluation().metrics());
  }

  private boolean isLabeled(Examples examples) {
    for (int i = 0; i < examples.count(); i++) {
      float target = examples.target(i);
      if (Float.isNaN(target) || (loss.classifies() && target >= classes)) {
        return false;
      }
    }
    return true;
  }

  private static float[] targets(Examples examples, int from, int to) {
    Batch batch = new Batch(examples.shape(), to - from);
    batch.fill(examples, Normalization.NONE, from, to);
    return batch.targets();
  }

  /** Of a single probability, class 1 from 0.5 on. */
  private void count(float[] mine, float[] others, int width) {
    for (int row = 0; row < mine.length / width; row++) {
      boolean agree =
          width == 1
              ? (mine[row] >= 0.5f) == (others[row] >= 0.5f)
              : Evaluator.mostProbable(mine, row, width)
                  == Evaluator.mostProbable(others, row, width);
      answers++;
      same += agree ? 1 : 0;
    }
  }

  private Found tokens(Examples examples, IntConsumer progress) {
    Evaluation before = Evaluation.empty(0);
    Evaluation after = Evaluation.empty(0);
    for (int window = 0; window < examples.count(); window++) {
      float[] mine = ours.of(examples, window, window + 1);
      float[] others = theirs.of(examples, window, window + 1);
      int[] targets = LanguageOutputs.targets(examples, window, window + 1);
      compare(mine, others);
      count(mine, others, mine.length / targets.length);
      before = before.merge(score(mine, targets));
      after = after.merge(score(others, targets));
      progress.accept(window + 1);
    }
    return found(before.metrics(), after.metrics());
  }

  private static Evaluation score(float[] scores, int[] targets) {
    int vocabulary = scores.length / targets.length;
    double sum = 0;
    long right = 0;
    for (int token = 0; token < targets.length; token++) {
      int best = Evaluator.mostProbable(scores, token, vocabulary);
      float most = scores[token * vocabulary + best];
      double powers = 0;
      for (int id = 0; id < vocabulary; id++) {
        powers += Math.exp(scores[token * vocabulary + id] - most);
      }
      sum += Math.log(powers) + most - scores[token * vocabulary + targets[token]];
      right += best == targets[token] ? 1 : 0;
    }
    return Evaluation.ofTokens(1, sum, targets.length, right);
  }

  private void compare(float[] mine, float[] others) {
    if (mine.length != others.length) {
      throw new IllegalStateException(
          "our own outputs are "
              + mine.length
              + " numbers, what was written gives "
              + others.length);
    }
    values += mine.length;
    for (int i = 0; i < mine.length; i++) {
      double difference = Math.abs((double) mine[i] - others[i]);
      // NaN on one side alone must not pass.
      if (!(difference <= maxDifference) && Float.compare(mine[i], others[i]) != 0) {
        maxDifference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
      }
      largest = Math.max(largest, Math.abs(mine[i]));
    }
  }

  private Found found(Map<String, Double> before, Map<String, Double> after) {
    return new Found(
        values,
        maxDifference,
        largest,
        answers == 0 ? Double.NaN : (double) same / answers,
        before,
        after);
  }
}

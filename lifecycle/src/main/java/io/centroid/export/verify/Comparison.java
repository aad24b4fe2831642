package io.centroid.export.verify;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Evaluator;
import io.centroid.evaluate.MetricsAccumulator;
import io.centroid.nn.Loss;
import java.util.Map;
import java.util.function.IntConsumer;

/** Compares the outputs of two models on the same examples. */
final class Comparison {
  private static final int ROWS = 256;

  private final Outputs reference;
  private final Outputs exported;
  private final Loss loss;
  private final int classes;
  private final TargetScaling targets;
  private final boolean language;
  private long values;
  private double maxDifference;
  private double largest;
  private long predictions;
  private long agreeing;

  /**
   * The result of a comparison. The metrics are empty if the examples have no targets.
   *
   * @param maxDifference maximum difference of two outputs
   * @param largest largest absolute output; of a regression in deviations of its targets
   */
  record Found(
      long values,
      double maxDifference,
      double largest,
      double agreement,
      Map<String, Double> before,
      Map<String, Double> after) {}

  /**
   * A comparison of an exported model with its reference.
   *
   * @param classes number of classes of a classifier
   * @param targets scaling of a regression's targets
   * @param language true for language models
   */
  Comparison(
      Outputs reference,
      Outputs exported,
      Loss loss,
      int classes,
      TargetScaling targets,
      boolean language) {
    this.reference = reference;
    this.exported = exported;
    this.loss = loss;
    this.classes = classes;
    this.targets = targets;
    this.language = language;
  }

  /** Compares all examples; {@code progress} receives the number of examples done. */
  Found of(Examples examples, IntConsumer progress) {
    return language ? tokens(examples, progress) : rows(examples, progress);
  }

  private Found rows(Examples examples, IntConsumer progress) {
    MetricsAccumulator before = null;
    MetricsAccumulator after = null;
    boolean labeled = isLabeled(examples);
    for (int from = 0; from < examples.count(); from += ROWS) {
      int to = Math.min(from + ROWS, examples.count());
      float[] expected = reference.of(examples, from, to);
      float[] actual = exported.of(examples, from, to);
      int width = expected.length / (to - from);
      compare(expected, actual);
      if (loss.classifies()) {
        count(expected, actual, width);
      }
      if (labeled) {
        before = before == null ? new MetricsAccumulator(loss, width) : before;
        after = after == null ? new MetricsAccumulator(loss, width) : after;
        float[] targets = targets(examples, from, to);
        before.add(targets, to - from, expected);
        after.add(targets, to - from, actual);
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

  /** Counts equal predictions. A single probability predicts class 1 from 0.5. */
  private void count(float[] expected, float[] actual, int width) {
    for (int row = 0; row < expected.length / width; row++) {
      boolean agree =
          width == 1
              ? (expected[row] >= 0.5f) == (actual[row] >= 0.5f)
              : Evaluator.mostProbable(expected, row, width)
                  == Evaluator.mostProbable(actual, row, width);
      predictions++;
      agreeing += agree ? 1 : 0;
    }
  }

  private Found tokens(Examples examples, IntConsumer progress) {
    Evaluation before = Evaluation.empty(0);
    Evaluation after = Evaluation.empty(0);
    for (int window = 0; window < examples.count(); window++) {
      float[] expected = reference.of(examples, window, window + 1);
      float[] actual = exported.of(examples, window, window + 1);
      int[] targets = LanguageOutputs.targets(examples, window, window + 1);
      compare(expected, actual);
      count(expected, actual, expected.length / targets.length);
      before = before.merge(score(expected, targets));
      after = after.merge(score(actual, targets));
      progress.accept(window + 1);
    }
    return found(before.metrics(), after.metrics());
  }

  private static Evaluation score(float[] scores, int[] targets) {
    int vocabulary = scores.length / targets.length;
    double sum = 0;
    long correct = 0;
    for (int token = 0; token < targets.length; token++) {
      int best = Evaluator.mostProbable(scores, token, vocabulary);
      float most = scores[token * vocabulary + best];
      double powers = 0;
      for (int id = 0; id < vocabulary; id++) {
        powers += Math.exp(scores[token * vocabulary + id] - most);
      }
      sum += Math.log(powers) + most - scores[token * vocabulary + targets[token]];
      correct += best == targets[token] ? 1 : 0;
    }
    return Evaluation.ofTokens(1, sum, targets.length, correct);
  }

  private void compare(float[] expected, float[] actual) {
    if (expected.length != actual.length) {
      throw new IllegalStateException(
          "the model has " + expected.length + " outputs, the export has " + actual.length);
    }
    values += expected.length;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) expected[i] - actual[i]);
      // NaN on one side only must not pass.
      if (!(difference <= maxDifference) && Float.compare(expected[i], actual[i]) != 0) {
        maxDifference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
      }
      largest = Math.max(largest, Math.abs((expected[i] - targets.mean()) / targets.deviation()));
    }
  }

  private Found found(Map<String, Double> before, Map<String, Double> after) {
    return new Found(
        values,
        maxDifference,
        largest,
        predictions == 0 ? Double.NaN : (double) agreeing / predictions,
        before,
        after);
  }
}

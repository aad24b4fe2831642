package io.centroid.evaluate;

import io.centroid.data.Moments;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluation results as sums, which are merged over shards in worker order. {@code
 * confusion[actual][predicted]} is the confusion matrix of a classifier; for regression and
 * language models it is empty. Losses and errors of a regression are in the unit of its targets.
 *
 * @param examples number of examples
 * @param lossSum sum of the losses per example or token (cross-entropy in nats, or squared error)
 * @param absoluteErrorSum sum of absolute errors for regression, else 0
 * @param targets moments of the targets of a regression, else {@link Moments#NONE}
 * @param tokens number of tokens that a language model predicted, else 0
 * @param correctTokens number of top-1 hits among them
 * @param details mistakes and scores of a classifier
 */
public record Evaluation(
    long examples,
    double lossSum,
    double absoluteErrorSum,
    long[][] confusion,
    Moments targets,
    long tokens,
    long correctTokens,
    EvaluationDetails details)
    implements Serializable {
  /** Names of all {@link #metrics}, the most telling first. */
  public static final List<String> METRICS =
      List.of("perplexity", "accuracy", "meanAbsoluteError", "r2", "loss");

  /** Evaluation of a classifier, or of a regression with unknown targets. */
  public Evaluation(long examples, double lossSum, double absoluteErrorSum, long[][] confusion) {
    this(
        examples, lossSum, absoluteErrorSum, confusion, Moments.NONE, 0, 0, EvaluationDetails.NONE);
  }

  /** Evaluation of a regression. */
  public static Evaluation ofRegression(double lossSum, double absoluteErrorSum, Moments targets) {
    return new Evaluation(
        targets.count(),
        lossSum,
        absoluteErrorSum,
        new long[0][],
        targets,
        0,
        0,
        EvaluationDetails.NONE);
  }

  /** Evaluation of a language model. */
  public static Evaluation ofTokens(
      long examples, double lossSum, long tokens, long correctTokens) {
    return new Evaluation(
        examples,
        lossSum,
        0,
        new long[0][],
        Moments.NONE,
        tokens,
        correctTokens,
        EvaluationDetails.NONE);
  }

  public static Evaluation empty(int classes) {
    return new Evaluation(0, 0, 0, new long[classes][classes]);
  }

  public Evaluation merge(Evaluation other) {
    int classes = Math.max(confusion.length, other.confusion.length);
    long[][] merged = new long[classes][classes];
    for (long[][] part : new long[][][] {confusion, other.confusion}) {
      for (int actual = 0; actual < part.length; actual++) {
        for (int predicted = 0; predicted < part.length; predicted++) {
          merged[actual][predicted] += part[actual][predicted];
        }
      }
    }
    return new Evaluation(
        examples + other.examples,
        lossSum + other.lossSum,
        absoluteErrorSum + other.absoluteErrorSum,
        merged,
        targets.merge(other.targets),
        tokens + other.tokens,
        correctTokens + other.correctTokens,
        details.merge(other.details));
  }

  /** A copy with details. */
  Evaluation with(EvaluationDetails added) {
    return new Evaluation(
        examples, lossSum, absoluteErrorSum, confusion, targets, tokens, correctTokens, added);
  }

  public boolean isClassification() {
    return confusion.length > 0;
  }

  /** True for a language model. */
  public boolean isLanguage() {
    return tokens > 0;
  }

  /** Mean loss per example, or per token for a language model; NaN without examples. */
  public double loss() {
    return lossSum / (isLanguage() ? tokens : examples);
  }

  /** Perplexity of a language model: e to the mean loss. */
  public double perplexity() {
    return StrictMath.exp(loss());
  }

  /** Top-1 accuracy over examples, or over tokens for a language model; NaN without examples. */
  public double accuracy() {
    if (isLanguage()) {
      return (double) correctTokens / tokens;
    }
    long correct = 0;
    for (int label = 0; label < confusion.length; label++) {
      correct += confusion[label][label];
    }
    return (double) correct / examples;
  }

  public double meanAbsoluteError() {
    return absoluteErrorSum / examples;
  }

  /**
   * Coefficient of determination of a regression: 1 minus the ratio of the squared errors to the
   * squared deviations of the targets from their mean. 1 is perfect; the mean of the targets has 0.
   * NaN if the targets are equal or unknown.
   */
  public double r2() {
    return targets.squares() > 0 ? 1 - lossSum / targets.squares() : Double.NaN;
  }

  /** Precision of a class; 0 if it was never predicted. */
  public double precision(int label) {
    long predicted = 0;
    for (long[] row : confusion) {
      predicted += row[label];
    }
    return predicted == 0 ? 0 : (double) confusion[label][label] / predicted;
  }

  /** Recall of a class; 0 if it has no examples. */
  public double recall(int label) {
    long support = support(label);
    return support == 0 ? 0 : (double) confusion[label][label] / support;
  }

  /** Number of examples of a class. */
  public long support(int label) {
    long support = 0;
    for (long count : confusion[label]) {
      support += count;
    }
    return support;
  }

  /** F1 score of a class. */
  public double f1(int label) {
    double precision = precision(label);
    double recall = recall(label);
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  /** Whether the higher of two values of a metric is the better one. */
  public static boolean isHigherBetter(String metric) {
    return metric.equals("accuracy") || metric.equals("r2");
  }

  /**
   * Metrics by name: accuracy and loss, for a language model also perplexity, for regression mean
   * absolute error, R2 (if the targets differ) and loss; empty without examples.
   */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (examples == 0) {
      return metrics;
    }
    if (isLanguage()) {
      metrics.put("accuracy", accuracy());
      metrics.put("perplexity", perplexity());
    } else if (isClassification()) {
      metrics.put("accuracy", accuracy());
    } else {
      metrics.put("meanAbsoluteError", meanAbsoluteError());
      if (Double.isFinite(r2())) {
        metrics.put("r2", r2());
      }
    }
    metrics.put("loss", loss());
    return metrics;
  }
}

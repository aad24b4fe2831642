package io.centroid.evaluate;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sums over evaluated examples; those of several shards merge in worker order. For a classifier
 * {@code confusion[actual][predicted]} counts; for a regression or a language model it has no rows.
 *
 * @param lossSum sum of the examples' or tokens' losses (cross-entropy in nats, or squared error)
 * @param absoluteErrorSum for a regression, else 0
 * @param tokens that a language model predicted, else 0
 * @param rightTokens of those, how many it gave the largest score
 */
public record Evaluation(
    long examples,
    double lossSum,
    double absoluteErrorSum,
    long[][] confusion,
    long tokens,
    long rightTokens)
    implements Serializable {

  /** Of a classifier or a regression. */
  public Evaluation(long examples, double lossSum, double absoluteErrorSum, long[][] confusion) {
    this(examples, lossSum, absoluteErrorSum, confusion, 0, 0);
  }

  /** Of a language model. */
  public static Evaluation ofTokens(long examples, double lossSum, long tokens, long rightTokens) {
    return new Evaluation(examples, lossSum, 0, new long[0][], tokens, rightTokens);
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
        tokens + other.tokens,
        rightTokens + other.rightTokens);
  }

  public boolean isClassification() {
    return confusion.length > 0;
  }

  /** Whether tokens were predicted. */
  public boolean isLanguage() {
    return tokens > 0;
  }

  /** Mean loss, of a language model over the tokens; NaN without examples. */
  public double loss() {
    return lossSum / (isLanguage() ? tokens : examples);
  }

  /** e to the mean loss: of a language model, among how many tokens it is as good as guessing. */
  public double perplexity() {
    return Math.exp(loss());
  }

  /**
   * Fraction of examples whose most probable class is the right one, or of tokens; NaN without
   * examples.
   */
  public double accuracy() {
    if (isLanguage()) {
      return (double) rightTokens / tokens;
    }
    long right = 0;
    for (int label = 0; label < confusion.length; label++) {
      right += confusion[label][label];
    }
    return (double) right / examples;
  }

  public double meanAbsoluteError() {
    return absoluteErrorSum / examples;
  }

  /** Of the examples predicted as this class, the fraction that are; 0 if there are none. */
  public double precision(int label) {
    long predicted = 0;
    for (long[] row : confusion) {
      predicted += row[label];
    }
    return predicted == 0 ? 0 : (double) confusion[label][label] / predicted;
  }

  /** Of the examples of this class, the fraction predicted as it; 0 if there are none. */
  public double recall(int label) {
    long support = support(label);
    return support == 0 ? 0 : (double) confusion[label][label] / support;
  }

  /** Examples of this class. */
  public long support(int label) {
    long support = 0;
    for (long count : confusion[label]) {
      support += count;
    }
    return support;
  }

  /** Harmonic mean of precision and recall. */
  public double f1(int label) {
    double precision = precision(label);
    double recall = recall(label);
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  /**
   * The headline numbers by name: accuracy and loss, for a language model perplexity besides, or
   * loss and mean absolute error; empty without examples.
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
    }
    metrics.put("loss", loss());
    return metrics;
  }
}

package io.centroid.evaluate;

import io.centroid.data.Examples;
import io.centroid.data.Features;
import io.centroid.nn.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the details of a classifier's evaluation: its most confident mistakes on images, and the
 * counts of its predicted probabilities. Nothing is collected of a regression. Not thread-safe.
 */
final class DetailsAccumulator {
  private final Loss loss;
  private final int width;
  private final Examples examples;

  /** Number of counted classes; 0 if there are too many. */
  private final int classes;

  /** Numbers of all examples, and of those of the class, shape (classes, bins). */
  private final int[] totals;

  private final int[] positives;

  /** The most probable first; of equal probabilities the earlier example first. */
  private final List<Mistake> mistakes = new ArrayList<>();

  /**
   * Creates an empty accumulator.
   *
   * @param width number of outputs per example
   * @param examples the examples that are evaluated
   */
  DetailsAccumulator(Loss loss, int width, Examples examples) {
    this.loss = loss;
    this.width = width;
    this.examples = examples;
    int found = loss.classes(width);
    this.classes = found > ScoreCounts.MOST_CLASSES ? 0 : found;
    this.totals = new int[classes * ScoreCounts.BINS];
    this.positives = new int[totals.length];
  }

  /**
   * Adds the examples that begin at {@code from}.
   *
   * @param rows number of examples
   * @param outputs probabilities, shape (rows, width), row-major
   */
  void add(int from, int rows, float[] outputs) {
    if (!loss.classifies()) {
      return;
    }
    for (int row = 0; row < rows; row++) {
      int actual = (int) examples.target(from + row);
      int predicted =
          classes > 0 ? count(actual, outputs, row) : Evaluator.mostProbable(outputs, row, width);
      if (predicted != actual && examples.features() instanceof Features.Pixels pixels) {
        addMistake(pixels, from + row, actual, predicted, probability(outputs, row, predicted));
      }
    }
  }

  /** Counts the probabilities of an example, and returns its most probable class. */
  private int count(int actual, float[] outputs, int row) {
    positives[actual * ScoreCounts.BINS + ScoreCounts.bin(probability(outputs, row, actual))]++;
    if (loss == Loss.BINARY_CROSS_ENTROPY) {
      totals[ScoreCounts.bin(1 - outputs[row])]++;
      totals[ScoreCounts.BINS + ScoreCounts.bin(outputs[row])]++;
      return (int) Evaluator.prediction(loss, outputs, row, width);
    }
    int from = row * width;
    int best = 0;
    for (int label = 0; label < width; label++) {
      float probability = outputs[from + label];
      totals[label * ScoreCounts.BINS + ScoreCounts.bin(probability)]++;
      best = probability > outputs[from + best] ? label : best;
    }
    return best;
  }

  private void addMistake(
      Features.Pixels pixels, int example, int actual, int predicted, float probability) {
    int place = mistakes.size();
    while (place > 0 && mistakes.get(place - 1).probability() < probability) {
      place--;
    }
    if (place == EvaluationDetails.MOST_MISTAKES) {
      return;
    }
    int size = examples.shape().size();
    byte[] image = Arrays.copyOfRange(pixels.values(), example * size, (example + 1) * size);
    mistakes.add(place, new Mistake(actual, predicted, probability, image));
    if (mistakes.size() > EvaluationDetails.MOST_MISTAKES) {
      mistakes.remove(EvaluationDetails.MOST_MISTAKES);
    }
  }

  private float probability(float[] outputs, int row, int label) {
    if (loss == Loss.BINARY_CROSS_ENTROPY) {
      return label == 1 ? outputs[row] : 1 - outputs[row];
    }
    return outputs[row * width + label];
  }

  /** The details of the examples added so far. */
  EvaluationDetails details() {
    ScoreCounts scores = ScoreCounts.empty(classes);
    for (int i = 0; i < totals.length; i++) {
      scores.positives()[i / ScoreCounts.BINS][i % ScoreCounts.BINS] = positives[i];
      scores.negatives()[i / ScoreCounts.BINS][i % ScoreCounts.BINS] = totals[i] - positives[i];
    }
    return new EvaluationDetails(mistakes, scores);
  }
}

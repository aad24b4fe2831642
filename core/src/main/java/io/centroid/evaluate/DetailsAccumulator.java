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
  private final ScoreCounts scores;

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
    int classes = loss.classes(width);
    this.scores =
        classes > ScoreCounts.MOST_CLASSES ? ScoreCounts.NONE : ScoreCounts.empty(classes);
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
      count(actual, outputs, row);
      int predicted = (int) Evaluator.prediction(loss, outputs, row, width);
      if (predicted != actual && examples.features() instanceof Features.Pixels pixels) {
        addMistake(pixels, from + row, actual, predicted, probability(outputs, row, predicted));
      }
    }
  }

  private void count(int actual, float[] outputs, int row) {
    for (int label = 0; label < scores.classes(); label++) {
      long[][] counts = label == actual ? scores.positives() : scores.negatives();
      counts[label][ScoreCounts.bin(probability(outputs, row, label))]++;
    }
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
    return new EvaluationDetails(mistakes, scores);
  }
}

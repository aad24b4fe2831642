package io.centroid.explain;

import io.centroid.random.RandomStream;

/** Functions and rows for tests. */
final class Models {
  private Models() {}

  /** Rows of uniform values from -1 to 1. */
  static float[][] rows(int count, int width, long seed) {
    RandomStream random = new RandomStream(seed);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) (2 * random.nextDouble() - 1);
      }
    }
    return rows;
  }

  /**
   * A smooth model with interactions and two outputs: a hidden layer of six tanh units with random
   * weights, and products of neighboring features.
   */
  static ModelFunction interacting(int width) {
    float[][] weights = rows(6, width, 99);
    return rows -> {
      double[][] outputs = new double[rows.length][2];
      for (int row = 0; row < rows.length; row++) {
        for (float[] unit : weights) {
          double sum = 0;
          for (int i = 0; i < width; i++) {
            sum += unit[i] * rows[row][i];
          }
          outputs[row][0] += Math.tanh(sum) / 2;
        }
        for (int i = 1; i < width; i++) {
          outputs[row][1] += rows[row][i] * rows[row][i - 1] / 2;
        }
      }
      return outputs;
    };
  }

  /** The largest difference of two attributions' contributions. */
  static double largestDifference(Attribution one, Attribution other) {
    double largest = 0;
    for (int i = 0; i < one.contributions().length; i++) {
      largest = Math.max(largest, Math.abs(one.contributions()[i] - other.contributions()[i]));
    }
    return largest;
  }
}

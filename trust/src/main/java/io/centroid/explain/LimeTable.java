package io.centroid.explain;

import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * LIME for rows of tables (Ribeiro, Singh and Guestrin, 2016). The values of a sample are taken
 * from the data, each column from a row of its own; the regression is on whether a value is in the
 * same bin as the input's: the same quarter of a numeric column, the same value of one with at most
 * {@link #CATEGORIES} values. A sample that differs in d of m columns has the weight exp(-d / (2 *
 * 0.75^2 m)).
 *
 * @param samples number of samples
 * @param ridge penalty of the squared coefficients; 1 is usual
 * @param seed seed of the samples
 */
public record LimeTable(int samples, double ridge, long seed) {
  /** Maximum number of different values of a column that is binned by its values. */
  public static final int CATEGORIES = 10;

  private static final double SQUARED_WIDTH = 0.75 * 0.75;

  public LimeTable {
    Lime.requireValid(samples, ridge);
  }

  /**
   * Explains the outputs for a row.
   *
   * @param data rows of at least one example, such as a sample of the training data
   * @return attribution of each output, in their order
   */
  public List<Attribution> explain(ModelFunction model, float[] input, float[][] data)
      throws IOException {
    MaskedModel.requireRows(input, data);
    int features = input.length;
    float[][] quartiles = new float[features][];
    for (int column = 0; column < features; column++) {
      quartiles[column] = quartiles(data, column);
    }
    RandomStream random = new RandomStream(Seed.of(seed, Seed.Purpose.EXPLANATION));
    float[][] rows = new float[samples][];
    List<BitSet> same = new ArrayList<>();
    double[] weights = new double[samples];
    for (int i = 0; i < samples; i++) {
      rows[i] = input.clone();
      BitSet equal = new BitSet(features);
      for (int column = 0; column < features; column++) {
        if (i > 0) {
          rows[i][column] = data[random.nextInt(data.length)][column];
        }
        equal.set(column, isSameBin(quartiles[column], rows[i][column], input[column]));
      }
      int different = features - equal.cardinality();
      weights[i] = StrictMath.exp(-different / (2 * SQUARED_WIDTH * features));
      same.add(equal);
    }
    return Lime.attributions(features, same, weights, model.apply(rows), ridge);
  }

  /** The limits of the quarters of a column; empty if it has few values. */
  private static float[] quartiles(float[][] data, int column) {
    float[] sorted = new float[data.length];
    for (int row = 0; row < data.length; row++) {
      sorted[row] = data[row][column];
    }
    Arrays.sort(sorted);
    int different = 1;
    for (int row = 1; row < sorted.length; row++) {
      different += Float.compare(sorted[row], sorted[row - 1]) == 0 ? 0 : 1;
    }
    return different <= CATEGORIES
        ? new float[0]
        : new float[] {
          sorted[sorted.length / 4], sorted[sorted.length / 2], sorted[3 * sorted.length / 4]
        };
  }

  private static boolean isSameBin(float[] quartiles, float value, float other) {
    return quartiles.length == 0
        ? Float.compare(value, other) == 0
        : bin(quartiles, value) == bin(quartiles, other);
  }

  private static int bin(float[] quartiles, float value) {
    int bin = 0;
    while (bin < quartiles.length && Float.compare(value, quartiles[bin]) > 0) {
      bin++;
    }
    return bin;
  }
}

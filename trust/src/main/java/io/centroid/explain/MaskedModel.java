package io.centroid.explain;

import io.centroid.error.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model for one row of which only some features are known: the others take the values that they
 * have in the background, and the outputs are averaged over it (the interventional value function
 * of Lundberg and Lee, 2017). A feature may be a group of columns, such as the pixels of a segment
 * of an image.
 */
public final class MaskedModel implements ValueFunction {
  /** Rows that the model gets at a time. */
  private static final int MOST_ROWS = 4096;

  private final ModelFunction model;
  private final float[] input;
  private final float[][] background;
  private final List<int[]> features;

  /**
   * Creates the function.
   *
   * @param background rows of at least one example
   * @param features columns of each feature
   * @throws InputException if the background has no rows, or rows of another length than the input
   */
  public MaskedModel(
      ModelFunction model, float[] input, float[][] background, List<int[]> features) {
    requireRows(input, background);
    this.model = model;
    this.input = input.clone();
    this.background = background.clone();
    this.features = List.copyOf(features);
  }

  /** One feature per column. */
  public static List<int[]> columns(int count) {
    return IntStream.range(0, count).mapToObj(column -> new int[] {column}).toList();
  }

  static void requireRows(float[] input, float[][] background) {
    if (background.length == 0) {
      throw new InputException("the background has no rows, expected at least 1");
    }
    for (float[] row : background) {
      if (row.length != input.length) {
        throw new InputException(
            "a row of the background has "
                + row.length
                + " values, expected "
                + input.length
                + " as the input has");
      }
    }
  }

  @Override
  public int features() {
    return features.size();
  }

  /** The features whose values are not the same in the input and all rows of the background. */
  @Override
  public BitSet varying() {
    BitSet varying = new BitSet(features.size());
    for (int feature = 0; feature < features.size(); feature++) {
      varying.set(feature, varies(features.get(feature)));
    }
    return varying;
  }

  private boolean varies(int[] columns) {
    for (float[] example : background) {
      for (int column : columns) {
        if (Float.compare(example[column], input[column]) != 0) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public double[][] values(List<BitSet> coalitions) throws IOException {
    double[][] values = new double[coalitions.size()][];
    int atOnce = Math.max(1, MOST_ROWS / background.length);
    for (int from = 0; from < coalitions.size(); from += atOnce) {
      int to = Math.min(coalitions.size(), from + atOnce);
      List<float[]> rows = new ArrayList<>();
      for (BitSet known : coalitions.subList(from, to)) {
        for (float[] example : background) {
          rows.add(masked(example, known));
        }
      }
      double[][] outputs = model.apply(rows.toArray(float[][]::new));
      for (int i = from; i < to; i++) {
        values[i] = mean(outputs, (i - from) * background.length, background.length);
      }
    }
    return values;
  }

  private float[] masked(float[] example, BitSet known) {
    float[] row = example.clone();
    for (int feature = known.nextSetBit(0); feature >= 0; feature = known.nextSetBit(feature + 1)) {
      for (int column : features.get(feature)) {
        row[column] = input[column];
      }
    }
    return row;
  }

  /** Mean of {@code count} rows. */
  static double[] mean(double[][] outputs, int from, int count) {
    double[] mean = new double[outputs[from].length];
    for (int row = from; row < from + count; row++) {
      for (int output = 0; output < mean.length; output++) {
        mean[output] += outputs[row][output] / count;
      }
    }
    return mean;
  }
}

package io.centroid.explain;

import io.centroid.error.InputException;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Shapley values by enumeration of all coalitions (Shapley, "A value for n-person games", 1953): 2
 * to the power of the number of features that vary.
 */
public record ExactShapley() implements Explainer {
  /** Maximum number of features that vary. */
  public static final int MOST_FEATURES = 16;

  /**
   * {@inheritDoc}
   *
   * @throws InputException if more than {@link #MOST_FEATURES} features vary
   */
  @Override
  public List<Attribution> explain(ValueFunction function) throws IOException {
    VaryingFeatures varying = new VaryingFeatures(function);
    return enumerate(varying).stream().map(varying::toAll).toList();
  }

  /** Attributions of each output. */
  static List<Attribution> enumerate(ValueFunction function) throws IOException {
    int features = function.features();
    if (features > MOST_FEATURES) {
      throw new InputException(
          "exact Shapley values take at most "
              + MOST_FEATURES
              + " features that vary, found "
              + features);
    }
    List<BitSet> coalitions =
        IntStream.range(0, 1 << features).mapToObj(i -> BitSet.valueOf(new long[] {i})).toList();
    double[][] values = function.values(coalitions);
    double[] weights = weights(features);
    int outputs = values[0].length;
    double[][] contributions = new double[outputs][features];
    for (int coalition = 0; coalition < values.length; coalition++) {
      double weight = weights[Integer.bitCount(coalition)];
      for (int feature = 0; feature < features; feature++) {
        if ((coalition >> feature & 1) == 0) {
          double[] with = values[coalition | 1 << feature];
          for (int output = 0; output < outputs; output++) {
            contributions[output][feature] += weight * (with[output] - values[coalition][output]);
          }
        }
      }
    }
    int all = values.length - 1;
    return IntStream.range(0, outputs)
        .mapToObj(i -> new Attribution(values[0][i], values[all][i], contributions[i], 0, 1))
        .toList();
  }

  /** Weight of a coalition by its size, s! (n - s - 1)! / n!. */
  private static double[] weights(int features) {
    double[] weights = new double[features + 1];
    for (int size = 0; size < features; size++) {
      double choices = features;
      for (int i = 0; i < size; i++) {
        choices = choices * (features - 1 - i) / (i + 1);
      }
      weights[size] = 1 / choices;
    }
    return weights;
  }
}

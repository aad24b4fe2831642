package io.centroid.explain;

import io.centroid.error.InputException;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * LIME for images and texts (Ribeiro, Singh and Guestrin, "Why should I trust you? Explaining the
 * predictions of any classifier", 2016): a ridge regression of the outputs on which segments or
 * words are known. Each is known in half of the samples; a sample with share s of the features has
 * the weight exp(-d^2 / (2 width^2)) of its cosine distance d = 1 - sqrt(s) to the input, as in the
 * authors' package. The first sample is the input itself. {@link LimeTable} explains rows of
 * tables.
 *
 * @param samples number of samples
 * @param width width of the kernel; 0.25 is usual
 * @param ridge penalty of the squared coefficients; 1 is usual
 * @param seed seed of the samples
 */
public record Lime(int samples, double width, double ridge, long seed) implements Explainer {

  public Lime {
    requireValid(samples, ridge);
    if (!(width > 0)) {
      throw new InputException("LIME's kernel width must be > 0: " + width);
    }
  }

  /** LIME with the usual kernel and penalty. */
  public Lime(int samples, long seed) {
    this(samples, 0.25, 1, seed);
  }

  static void requireValid(int samples, double ridge) {
    if (samples < 4 || !(ridge > 0)) {
      throw new InputException(
          "LIME takes at least 4 samples and a penalty > 0: " + samples + ", " + ridge);
    }
  }

  @Override
  public List<Attribution> explain(ValueFunction function) throws IOException {
    VaryingFeatures varying = new VaryingFeatures(function);
    if (varying.features() == 0) {
      return ExactShapley.enumerate(varying).stream().map(varying::toAll).toList();
    }
    int features = varying.features();
    RandomStream random = new RandomStream(Seed.of(seed, Seed.Purpose.EXPLANATION));
    List<BitSet> known = new ArrayList<>();
    double[] weights = new double[samples];
    for (int i = 0; i < samples; i++) {
      BitSet coalition = new BitSet(features);
      for (int feature = 0; feature < features; feature++) {
        coalition.set(feature, i == 0 || random.nextDouble() < 0.5);
      }
      double distance = 1 - Math.sqrt((double) coalition.cardinality() / features);
      weights[i] = StrictMath.exp(-distance * distance / (2 * width * width));
      known.add(coalition);
    }
    return attributions(features, known, weights, varying.values(known), ridge).stream()
        .map(varying::toAll)
        .toList();
  }

  /**
   * Attribution of each output by the local model, a ridge regression with an intercept.
   *
   * @param known features that are 1 in each sample; the first sample is the input
   * @param values outputs, shape (samples, outputs)
   */
  static List<Attribution> attributions(
      int features, List<BitSet> known, double[] weights, double[][] values, double ridge) {
    List<BitSet> rows = new ArrayList<>();
    double[] squares = new double[weights.length];
    for (int i = 0; i < squares.length; i++) {
      BitSet withIntercept = (BitSet) known.get(i).clone();
      withIntercept.set(features);
      rows.add(withIntercept);
      squares[i] = weights[i] * weights[i];
    }
    LeastSquares problem = new LeastSquares(features + 1, rows, weights, values);
    LeastSquares.Fit fit = problem.ridge(ridge);
    double[] errors = problem.errors(fit, squares, features);
    return IntStream.range(0, errors.length)
        .mapToObj(
            output ->
                new Attribution(
                    fit.coefficients()[output][features],
                    values[0][output],
                    Arrays.copyOf(fit.coefficients()[output], features),
                    errors[output],
                    LeastSquares.r2(
                        weights,
                        Arrays.stream(values).mapToDouble(row -> row[output]).toArray(),
                        rows.stream().mapToDouble(row -> fit.fitted(output, row)).toArray())))
        .toList();
  }
}

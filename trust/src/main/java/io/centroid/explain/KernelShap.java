package io.centroid.explain;

import io.centroid.error.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * KernelSHAP (Lundberg and Lee, 2017): Shapley values as the solution of a weighted least squares
 * problem over coalitions, with the constraint that they sum to the prediction's difference from
 * the base. They are exact if all coalitions are taken. Coalitions are sampled in pairs with their
 * complements (Covert and Lee, "Improving KernelSHAP: practical Shapley value estimation via linear
 * regression", 2021); because of the constraint, a pair is one equation, on the difference of its
 * outputs.
 *
 * @param samples maximum number of coalitions; the model is evaluated on as many rows times those
 *     of the background
 * @param seed seed of the sampled coalitions
 */
public record KernelShap(int samples, long seed) implements Explainer {

  public KernelShap {
    if (samples < 2) {
      throw new InputException("KernelSHAP takes at least 2 samples: " + samples);
    }
  }

  /** A number of samples that suffices for most models: 2 * features + 2048. */
  public static int defaultSamples(int features) {
    return 2 * features + 2048;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InputException if the samples are too few to determine the contributions
   */
  @Override
  public List<Attribution> explain(ValueFunction function) throws IOException {
    VaryingFeatures varying = new VaryingFeatures(function);
    List<Attribution> found =
        varying.features() < 2 ? ExactShapley.enumerate(varying) : regress(varying);
    return found.stream().map(varying::toAll).toList();
  }

  private List<Attribution> regress(ValueFunction function) throws IOException {
    int features = function.features();
    Coalitions pairs = Coalitions.of(features, samples, seed);
    List<BitSet> asked = new ArrayList<>();
    for (BitSet known : pairs.known()) {
      asked.add(known);
      asked.add(Coalitions.complement(known, features));
    }
    BitSet none = new BitSet(features);
    asked.add(Coalitions.complement(none, features));
    asked.add(none);
    double[][] values = function.values(asked);
    double[] differences = differences(values, values.length / 2 - 1);
    LeastSquares problem =
        new LeastSquares(features, pairs.known(), pairs.weights(), targets(values, differences));
    LeastSquares.Fit fit =
        problem
            .withSums(differences)
            .orElseThrow(
                () ->
                    new InputException(
                        samples
                            + " samples do not determine the contributions of "
                            + features
                            + " features; "
                            + Coalitions.sufficientSamples(features)
                            + " do"));
    double[] errors = errors(problem, fit, pairs);
    return IntStream.range(0, differences.length)
        .mapToObj(
            i ->
                new Attribution(
                    values[values.length - 1][i],
                    values[values.length - 2][i],
                    fit.coefficients()[i],
                    errors[i],
                    r2(pairs, values, fit, i)))
        .toList();
  }

  /**
   * The sum of the contributions of a pair's coalition that has the smallest squared errors of both
   * outputs.
   */
  private static double[][] targets(double[][] values, double[] differences) {
    double[][] targets = new double[values.length / 2 - 1][];
    for (int pair = 0; pair < targets.length; pair++) {
      targets[pair] = differences(values, pair);
      for (int output = 0; output < differences.length; output++) {
        targets[pair][output] = (targets[pair][output] + differences[output]) / 2;
      }
    }
    return targets;
  }

  /** The outputs of a coalition minus those of its complement. */
  private static double[] differences(double[][] values, int pair) {
    double[] differences = new double[values[0].length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = values[2 * pair][i] - values[2 * pair + 1][i];
    }
    return differences;
  }

  /** Standard error of each output's contributions; 0 if no coalition was sampled. */
  private static double[] errors(LeastSquares problem, LeastSquares.Fit fit, Coalitions pairs) {
    double[] draws = pairs.weights().clone();
    for (int pair = 0; pair < draws.length; pair++) {
      draws[pair] *= pair < pairs.enumerated() ? 0 : pairs.draw();
    }
    return pairs.enumerated() == draws.length
        ? new double[fit.coefficients().length]
        : problem.errors(fit, draws, problem.columns());
  }

  private static double r2(Coalitions pairs, double[][] values, LeastSquares.Fit fit, int output) {
    int count = 2 * pairs.known().size();
    double[] weights = new double[count];
    double[] found = new double[count];
    double[] fitted = new double[count];
    for (int i = 0; i < count; i++) {
      double sum = fit.fitted(output, pairs.known().get(i / 2));
      weights[i] = pairs.weights()[i / 2];
      found[i] = values[i][output];
      fitted[i] = i % 2 == 0 ? values[count + 1][output] + sum : values[count][output] - sum;
    }
    return LeastSquares.r2(weights, found, fitted);
  }
}

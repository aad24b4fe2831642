package io.centroid.evaluate;

import io.centroid.data.ClassNames;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Comparison of a model with the best constant prediction on the evaluated examples: their most
 * frequent class, or the mean of their targets. Chance does not count against a model:
 *
 * <ul>
 *   <li>A classifier does not beat it if its accuracy is not above the share of the most frequent
 *       class, and a model with half as many errors as that constant prediction would make so many
 *       errors on as many examples with a probability below 5 %.
 *   <li>A regression does not beat it if R2 is at most 0.01; for 5 to 9 examples at most -2; fewer
 *       decide nothing.
 * </ul>
 *
 * Examples of one class, or with equal targets, decide nothing. Language models are not compared.
 */
public final class Baseline {
  private static final double SIGNIFICANCE = 0.05;
  private static final int FEW = 10;
  private static final int TOO_FEW = 5;
  private static final double MOST_R2 = 0.01;
  private static final double MOST_R2_OF_FEW = -2;

  private Baseline() {}

  /**
   * Why a model is no better than the constant prediction, as a clause: "accuracy 12.5 % over 400
   * examples, 25.0 % of which have class 3"; empty if it is better, or if the examples are too few
   * to tell.
   *
   * @param classNames class names in the order of their numbers; empty if classes are numbers
   */
  public static Optional<String> notBeaten(Evaluation evaluation, List<String> classNames) {
    if (evaluation.isLanguage() || evaluation.examples() == 0) {
      return Optional.empty();
    }
    return evaluation.isClassification()
        ? classifier(evaluation, classNames)
        : regression(evaluation);
  }

  private static Optional<String> classifier(Evaluation evaluation, List<String> classNames) {
    int frequent = 0;
    long correct = 0;
    for (int label = 0; label < evaluation.confusion().length; label++) {
      frequent = evaluation.support(label) > evaluation.support(frequent) ? label : frequent;
      correct += evaluation.confusion()[label][label];
    }
    long examples = evaluation.examples();
    long most = evaluation.support(frequent);
    double usefulErrors = (examples - most) / 2.0 / examples;
    if (correct > most
        || most == examples
        || probabilityOfAtLeast(examples - correct, examples, usefulErrors) >= SIGNIFICANCE) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "accuracy %.1f %% over %,d examples, %.1f %% of which have class %s",
            100 * evaluation.accuracy(),
            examples,
            100.0 * most / examples,
            ClassNames.shown(classNames, frequent)));
  }

  private static Optional<String> regression(Evaluation evaluation) {
    double r2 = evaluation.r2();
    long examples = evaluation.examples();
    double limit = examples < FEW ? MOST_R2_OF_FEW : MOST_R2;
    if (examples < TOO_FEW || !(r2 <= limit)) {
      return Optional.empty();
    }
    return Optional.of(String.format(Locale.ROOT, "R2 %.3f over %,d examples", r2, examples));
  }

  /** Upper tail of the binomial distribution: P(X >= least), summed from the largest term on. */
  static double probabilityOfAtLeast(long least, long trials, double probability) {
    if (least <= trials * probability) {
      return 1;
    }
    double odds = probability / (1 - probability);
    double term = StrictMath.exp(logTerm(least, trials, probability));
    double sum = 0;
    for (long k = least; k <= trials && term > 0; k++) {
      sum += term;
      if (term < sum * 1e-12) {
        break;
      }
      term *= odds * (trials - k) / (k + 1);
    }
    return Math.min(1, sum);
  }

  private static double logTerm(long k, long n, double p) {
    return logFactorial(n)
        - logFactorial(k)
        - logFactorial(n - k)
        + k * StrictMath.log(p)
        + (n - k) * StrictMath.log1p(-p);
  }

  /** Exact sum up to 256, then Stirling's series, whose error is below 1e-12 there. */
  private static double logFactorial(long n) {
    if (n < 256) {
      double sum = 0;
      for (long i = 2; i <= n; i++) {
        sum += StrictMath.log(i);
      }
      return sum;
    }
    double x = n + 1.0;
    return (x - 0.5) * StrictMath.log(x)
        - x
        + 0.5 * StrictMath.log(2 * Math.PI)
        + 1 / (12 * x)
        - 1 / (360 * x * x * x);
  }
}

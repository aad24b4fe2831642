package io.centroid.spark.explain;

import io.centroid.error.InputException;
import io.centroid.explain.ExactShapley;
import io.centroid.explain.Explainer;
import io.centroid.explain.KernelShap;
import io.centroid.explain.Lime;
import java.io.Serializable;
import java.util.Locale;

/**
 * How predictions are explained.
 *
 * @param samples maximum number of samples of an explanation; 0: chosen by the number of features
 * @param seed seed of the samples; each example derives its own
 * @param outputs number of explained classes, the most probable first
 * @param output number of the explained output in their place; -1: none
 */
public record ExplainSettings(Method method, int samples, long seed, int outputs, int output)
    implements Serializable {
  /** Maximum number of samples, which are in memory. */
  static final int MOST_SAMPLES = 100_000;

  private static final int GRADIENTS = 1024;

  /** A method of explanation. */
  public enum Method {
    /** KernelSHAP: Shapley values by weighted least squares. */
    SHAP,
    /** Shapley values by enumeration of all coalitions of a few features. */
    EXACT,
    /** Expected gradients over the background. */
    GRADIENTS,
    /** A local linear model. */
    LIME
  }

  public ExplainSettings {
    if (samples < 0 || samples > MOST_SAMPLES) {
      throw new InputException(
          String.format(Locale.ROOT, "--samples must be 0 to %,d: %d", MOST_SAMPLES, samples));
    }
  }

  /** Number of samples for a number of features. */
  int samples(int features) {
    return samples == 0 ? KernelShap.defaultSamples(features) : samples;
  }

  /** About how many samples, coalitions or gradients explain one example. */
  long expectedSamples(int features) {
    long coalitions = 1L << Math.min(features, ExactShapley.MOST_FEATURES + 1);
    return switch (method) {
      case SHAP -> Math.min(coalitions, samples(features));
      case EXACT -> coalitions;
      case LIME -> samples(features);
      case GRADIENTS -> (long) gradients() * (output >= 0 ? 1 : outputs);
    };
  }

  /** Number of gradients of each output. */
  int gradients() {
    return samples == 0 ? GRADIENTS : samples;
  }

  /**
   * The method of this name from outputs alone.
   *
   * @throws InputException if it is {@link Method#GRADIENTS}
   */
  Explainer explainer(int features, long seed) {
    return switch (method) {
      case SHAP -> new KernelShap(samples(features), seed);
      case EXACT -> new ExactShapley();
      case LIME -> new Lime(samples(features), seed);
      case GRADIENTS ->
          throw new InputException("--method gradients needs images or tables, found texts");
    };
  }
}

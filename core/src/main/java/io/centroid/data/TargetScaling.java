package io.centroid.data;

import io.centroid.error.InputException;
import java.io.Serializable;

/**
 * The standardization of a regression's targets: the network learns (target - mean) / deviation,
 * and its outputs are scaled back to output * deviation + mean. It is fixed before training and
 * saved in every checkpoint.
 *
 * @param mean finite number
 * @param deviation finite number above 0
 */
public record TargetScaling(double mean, double deviation) implements Serializable {

  /** Targets unchanged. */
  public static final TargetScaling NONE = new TargetScaling(0, 1);

  /** How the scaling derives from the training targets. */
  public enum Method {
    /** Targets unchanged. */
    NONE,
    /** Mean 0 and standard deviation 1; targets that are all equal become 0. */
    STANDARDIZE
  }

  public TargetScaling {
    if (!isValid(mean, deviation)) {
      throw new IllegalArgumentException("mean " + mean + ", deviation " + deviation);
    }
  }

  /** Whether the numbers are a scaling. */
  public static boolean isValid(double mean, double deviation) {
    return Double.isFinite(mean) && Double.isFinite(deviation) && deviation > 0;
  }

  /**
   * The scaling of training targets.
   *
   * @throws InputException if a target is NaN or infinite
   */
  public static TargetScaling of(Method method, Moments targets) {
    if (method == Method.NONE) {
      return NONE;
    }
    if (!Double.isFinite(targets.mean()) || !Double.isFinite(targets.deviation())) {
      throw new InputException("data: a training example has a target that is not finite");
    }
    return new TargetScaling(targets.mean(), targets.deviation() > 0 ? targets.deviation() : 1);
  }

  /** Replaces the first {@code count} targets by what the network learns. */
  public void standardize(float[] targets, int count) {
    if (equals(NONE)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      targets[i] = (float) ((targets[i] - mean) / deviation);
    }
  }

  /**
   * Replaces outputs of the network by predictions in the unit of the targets, and returns them.
   */
  public float[] restore(float[] outputs) {
    if (equals(NONE)) {
      return outputs;
    }
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = (float) (outputs[i] * deviation + mean);
    }
    return outputs;
  }
}

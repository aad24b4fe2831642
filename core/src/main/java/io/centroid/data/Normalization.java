package io.centroid.data;

import io.centroid.error.InputException;
import java.io.Serializable;
import java.util.Arrays;

/**
 * The mapping of a stored value x of feature f to (x - mean[f]) * scale[f], with one mean and scale
 * for all features (images) or one per feature (tables), and the scaling of a regression's targets.
 * A missing value (NaN) of a feature with a mean of its own is replaced by the mean. It is fixed
 * before training and saved in every checkpoint.
 */
public final class Normalization implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Smallest relative deviation of a column that counts as not constant. */
  private static final double LEAST_VARIATION = 1e-6;

  private static final float UNIT_SCALE = 1 / 255f;

  private final float[] mean;
  private final float[] scale;
  private final boolean imputes;
  private final TargetScaling targets;

  /**
   * A mapping of features; targets are unchanged. Missing values are replaced, unless it is the
   * mapping of {@link Method#NONE} or {@link Method#UNIT}.
   */
  public Normalization(float[] mean, float[] scale) {
    this(mean, scale, hasMeans(mean, scale), TargetScaling.NONE);
  }

  private Normalization(float[] mean, float[] scale, boolean imputes, TargetScaling targets) {
    if (mean.length == 0 || mean.length != scale.length) {
      throw new IllegalArgumentException(
          "mean and scale must have the same length of at least 1: "
              + mean.length
              + ", "
              + scale.length);
    }
    this.mean = mean.clone();
    this.scale = scale.clone();
    this.imputes = imputes;
    this.targets = targets;
  }

  /** The identity mapping. */
  public static final Normalization NONE = new Normalization(new float[] {0}, new float[] {1});

  /** The method that derives the mapping from the data. */
  public enum Method {
    /** Values unchanged. */
    NONE,
    /** Pixels 0..255 to 0..1. */
    UNIT,
    /**
     * Mean 0 and standard deviation 1 over the training examples: one pair for images, one per
     * column for tables.
     */
    STANDARDIZE
  }

  public static Normalization of(Method method, DataSummary summary) {
    return switch (method) {
      case NONE -> Normalization.NONE;
      case UNIT -> new Normalization(new float[] {0}, new float[] {UNIT_SCALE});
      case STANDARDIZE -> standardize(summary);
    };
  }

  private static Normalization standardize(DataSummary summary) {
    double[] means = summary.mean();
    double[] deviations = summary.standardDeviation();
    float[] mean = new float[means.length];
    float[] scale = new float[means.length];
    for (int i = 0; i < means.length; i++) {
      mean[i] = (float) means[i];
      boolean varies = deviations[i] > LEAST_VARIATION * Math.abs(means[i]);
      scale[i] = varies ? (float) (1 / deviations[i]) : 1;
    }
    return new Normalization(mean, scale, true, TargetScaling.NONE);
  }

  private static boolean hasMeans(float[] mean, float[] scale) {
    return mean.length > 1 || mean[0] != 0 || (scale[0] != 1 && scale[0] != UNIT_SCALE);
  }

  /** The same mapping of features with a scaling of targets. */
  public Normalization withTargets(TargetScaling other) {
    return new Normalization(mean, scale, imputes, other);
  }

  /** The same mapping of features, whose means replace missing values. */
  public Normalization withImputation() {
    return new Normalization(mean, scale, true, targets);
  }

  /** Whether mean and scale do not tell that the mean replaces missing values. */
  public boolean imputesUnseen() {
    return imputes && !hasMeans(mean, scale);
  }

  /** The scaling of the targets; {@link TargetScaling#NONE} for classes. */
  public TargetScaling targets() {
    return targets;
  }

  public float[] mean() {
    return mean.clone();
  }

  public float[] scale() {
    return scale.clone();
  }

  /** Checks that the number of means is 1 or the number of features. */
  public void requireFits(InputShape shape) {
    if (mean.length != 1 && mean.length != shape.size()) {
      throw new InputException(
          "normalization has "
              + mean.length
              + " means, but an example has "
              + shape.size()
              + " values");
    }
  }

  /** Fills in the lookup table of the 256 bytes, if all features share one mapping. */
  void mapPixels(float[] mapped) {
    if (mean.length == 1) {
      for (int pixel = 0; pixel < 256; pixel++) {
        mapped[pixel] = (pixel - mean[0]) * scale[0];
      }
    }
  }

  /**
   * Writes example {@code index} of the features, normalized, to {@code into[offset..]}.
   *
   * @param mapped lookup table from {@link #mapPixels}
   */
  void copy(Features features, int index, int size, float[] mapped, float[] into, int offset) {
    int from = index * size;
    if (features instanceof Features.Pixels pixels) {
      copyPixels(pixels.values(), from, size, mapped, into, offset);
    } else if (features instanceof Features.Numbers numbers) {
      copyNumbers(numbers.values(), from, size, into, offset);
    }
  }

  private void copyPixels(
      byte[] values, int from, int size, float[] mapped, float[] into, int offset) {
    if (mean.length == 1) {
      for (int i = 0; i < size; i++) {
        into[offset + i] = mapped[values[from + i] & 0xFF];
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      into[offset + i] = ((values[from + i] & 0xFF) - mean[i]) * scale[i];
    }
  }

  private void copyNumbers(float[] values, int from, int size, float[] into, int offset) {
    boolean imputes = imputes(size);
    for (int i = 0; i < size; i++) {
      int feature = mean.length == 1 ? 0 : i;
      float value = values[from + i];
      into[offset + i] =
          imputes && Float.isNaN(value) ? 0 : (value - mean[feature]) * scale[feature];
    }
  }

  /** The values with the mean in place of missing ones. */
  public float[] imputed(float[] values) {
    if (!imputes(values.length)) {
      return values;
    }
    float[] imputed = values.clone();
    for (int i = 0; i < imputed.length; i++) {
      imputed[i] = Float.isNaN(imputed[i]) ? mean[i] : imputed[i];
    }
    return imputed;
  }

  private boolean imputes(int size) {
    return imputes && mean.length == size;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Normalization that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(scale, that.scale)
        && imputes == that.imputes
        && targets.equals(that.targets);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(mean) + Arrays.hashCode(scale)) + targets.hashCode();
  }
}

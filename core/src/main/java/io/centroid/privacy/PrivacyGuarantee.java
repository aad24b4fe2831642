package io.centroid.privacy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Locale;

/**
 * The differential privacy of a model's parameters: whatever one training example is, they are
 * (epsilon, delta)-indistinguishable from those trained without it.
 *
 * @param epsilon privacy loss by the Rényi accountant
 * @param steps number of steps per worker that it accounts for
 * @param clipNorm L2 norm to which the gradient of each example was clipped
 * @param samplingRate probability with which each example was in a step
 * @param secretNoise whether samples and noise follow from a secret; false: from the seed of the
 *     run, and the guarantee does not hold against those who know the seed
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PrivacyGuarantee(
    double epsilon,
    double delta,
    long steps,
    double clipNorm,
    double noiseMultiplier,
    double samplingRate,
    boolean secretNoise) {

  /** Epsilon and delta, such as {@code epsilon 3.01 at delta 1e-05}, and what limits them. */
  public String description() {
    return String.format(
        Locale.ROOT,
        "epsilon %.4g at delta %.2g%s",
        epsilon,
        delta,
        secretNoise ? "" : ", without a secret privacy.noise-key");
  }
}

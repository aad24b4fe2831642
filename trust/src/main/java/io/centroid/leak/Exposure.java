package io.centroid.leak;

import io.centroid.io.Json;
import java.util.Arrays;

/**
 * The exposure of a canary (Carlini et al. 2019, "The Secret Sharer", section 4): the logarithm to
 * base 2 of the number of possible secrets, less that of the rank of the canary's among them by the
 * model's likelihood. A model that has not seen the canary has 1.4 bits on average; the largest
 * value, {@code log2} of the number of secrets, means that the model prefers it to every other.
 *
 * @param canary number of the canary in {@code canaries.json}
 * @param repetitions number of times that the corpus contains it
 * @param loss negative log-likelihood of the sentence in nats
 * @param candidates number of other secrets that were measured
 * @param likelier number of them that the model finds at least as likely
 * @param sampled estimate from the share of such candidates, in bits
 * @param extrapolated estimate from a skew-normal distribution that is fitted to the candidates'
 *     losses, in bits
 * @param method the one of the two that counts
 */
public record Exposure(
    int canary,
    int repetitions,
    double loss,
    int candidates,
    int likelier,
    double sampled,
    double extrapolated,
    Method method) {
  /** Largest value in bits. */
  public static final double MOST = Math.log(Canary.SPACE) / Math.log(2);

  /** With fewer likelier candidates the share of them is too uncertain. */
  private static final int ENOUGH = 10;

  /** How an exposure is found. */
  public enum Method {
    /** The rank among all secrets. */
    EXACT,
    /** The share of sampled candidates that are at least as likely. */
    SAMPLING,
    /** A skew-normal distribution of the sampled candidates' losses. */
    SKEW_NORMAL
  }

  public Exposure {
    Json.require(candidates >= 1, "candidates", "1 or more");
    Json.require(likelier >= 0 && likelier <= candidates, "likelier", "at most candidates");
    Json.require(Double.isFinite(sampled) && sampled >= 0, "sampled", "0 or more");
    Json.require(Double.isFinite(extrapolated) && extrapolated >= 0, "extrapolated", "0 or more");
  }

  /**
   * Computes the exposure from losses.
   *
   * @param losses losses of the canary's sentence with other secrets
   */
  static Exposure of(int number, Canary canary, double loss, double[] losses) {
    int likelier = (int) Arrays.stream(losses).filter(other -> other <= loss).count();
    double sampled = bits((likelier + 1.0) / (losses.length + 1.0));
    boolean differ = Arrays.stream(losses).distinct().limit(2).count() == 2;
    double extrapolated =
        differ
            ? Math.min(MOST, bits(SkewNormal.fit(losses).cumulative(loss)))
            : loss < losses[0] ? MOST : 0;
    Method method =
        losses.length >= Canary.SPACE - 1
            ? Method.EXACT
            : likelier >= ENOUGH ? Method.SAMPLING : Method.SKEW_NORMAL;
    return new Exposure(
        number, canary.repetitions(), loss, losses.length, likelier, sampled, extrapolated, method);
  }

  /** The exposure in bits by the method that counts. */
  public double bits() {
    return method == Method.SKEW_NORMAL ? extrapolated : sampled;
  }

  private static double bits(double share) {
    return Math.max(0, -Math.log(share) / Math.log(2));
  }
}

package io.centroid.retrain.drift;

/**
 * The divergence of two distributions over the same bins.
 *
 * <p>The population stability index is the sum over the bins of (a - e) ln(a / e) for the shares e
 * of the expected and a of the actual population: Kullback and Leibler's symmetric divergence ("On
 * information and sufficiency", 1951), as credit scoring uses it (Siddiqi, "Credit risk
 * scorecards", 2006), whose convention calls values below {@link #WATCH} no change, and values from
 * {@link #SIGNIFICANT} a significant change. The Jensen-Shannon divergence (Lin, "Divergence
 * measures based on the Shannon entropy", 1991) is the mean, in bits, of both distributions'
 * Kullback-Leibler divergence from their mixture: 0 for equal distributions, 1 for disjoint ones.
 *
 * @param psi population stability index, 0 or more
 * @param jensenShannon Jensen-Shannon divergence in bits, 0 to 1
 */
public record Divergence(double psi, double jensenShannon) {
  /** Population stability index of a moderate change. */
  public static final double WATCH = 0.1;

  /** Population stability index of a significant change. */
  public static final double SIGNIFICANT = 0.25;

  /** Count of an empty bin, since 0 would make the index infinite. */
  private static final double EMPTY_BIN = 0.5;

  /**
   * Compares two histograms.
   *
   * @param expected number of examples per bin in the reference data
   * @param actual number of examples per bin in the new data
   * @return the divergence; 0 if either histogram is empty
   */
  public static Divergence of(long[] expected, long[] actual) {
    if (expected.length != actual.length) {
      throw new IllegalArgumentException("bins differ: " + expected.length + ", " + actual.length);
    }
    double[] known = shares(expected, false);
    double[] found = shares(actual, false);
    if (known.length == 0 || found.length == 0) {
      return new Divergence(0, 0);
    }
    double[] knownFilled = shares(expected, true);
    double[] foundFilled = shares(actual, true);
    double psi = 0;
    double jensenShannon = 0;
    for (int i = 0; i < known.length; i++) {
      if (expected[i] == 0 && actual[i] == 0) {
        continue;
      }
      psi += (foundFilled[i] - knownFilled[i]) * StrictMath.log(foundFilled[i] / knownFilled[i]);
      double middle = (known[i] + found[i]) / 2;
      jensenShannon += (entropyPart(known[i], middle) + entropyPart(found[i], middle)) / 2;
    }
    return new Divergence(psi, Math.min(1, Math.max(0, jensenShannon)));
  }

  private static double entropyPart(double share, double middle) {
    return share == 0 ? 0 : share * StrictMath.log(share / middle) / StrictMath.log(2);
  }

  /** The shares of the total; empty if all counts are 0. */
  private static double[] shares(long[] counts, boolean filled) {
    double total = 0;
    for (long count : counts) {
      total += count;
    }
    if (total == 0) {
      return new double[0];
    }
    double[] shares = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      shares[i] = (filled && counts[i] == 0 ? EMPTY_BIN : counts[i]) / total;
    }
    return shares;
  }
}

package io.centroid.retrain.drift;

/**
 * Two distributions over the same bins compared.
 *
 * <p>The population stability index is the sum over the bins of (a - e) ln(a / e) for the shares e
 * of the expected and a of the actual population: Kullback and Leibler's symmetric divergence ("On
 * information and sufficiency", 1951), as credit scoring uses it (Siddiqi, "Credit risk
 * scorecards", 2006), by whose convention less than {@link #WATCH} is no change, and {@link
 * #ANOTHER_POPULATION} or more another population. The Jensen-Shannon divergence (Lin, "Divergence
 * measures based on the Shannon entropy", 1991) is the mean, in bits, of both distributions'
 * Kullback-Leibler divergence from their middle: 0 for equal ones, 1 for those that share no bin.
 *
 * @param psi 0 or more
 * @param jensenShannon 0 to 1
 */
public record Divergence(double psi, double jensenShannon) {
  /** From this index on a population is worth watching. */
  public static final double WATCH = 0.1;

  /** From this index on it is another population. */
  public static final double ANOTHER_POPULATION = 0.25;

  /** An empty bin would make the index infinite: it counts as half an example. */
  private static final double EMPTY_BIN = 0.5;

  /**
   * Compares counts.
   *
   * @param expected examples in each bin, of the population that is known
   * @param actual likewise, of the one that is new
   * @return no divergence if either has no example
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
      psi += (foundFilled[i] - knownFilled[i]) * Math.log(foundFilled[i] / knownFilled[i]);
      double middle = (known[i] + found[i]) / 2;
      jensenShannon += (entropyPart(known[i], middle) + entropyPart(found[i], middle)) / 2;
    }
    return new Divergence(psi, Math.min(1, Math.max(0, jensenShannon)));
  }

  private static double entropyPart(double share, double middle) {
    return share == 0 ? 0 : share * Math.log(share / middle) / Math.log(2);
  }

  /** Shares of the whole; empty if there is nothing. */
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

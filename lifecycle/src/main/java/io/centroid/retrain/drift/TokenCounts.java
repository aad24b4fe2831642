package io.centroid.retrain.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How often each token comes in a corpus, and how far two corpora are from each other. Tokens that
 * are rare in both say nothing by themselves, so the index is taken over the frequent ones and the
 * rest as one bin. Not thread-safe.
 */
public final class TokenCounts {
  private final long[] counts;

  /** Counts of none yet. */
  public TokenCounts(int vocabulary) {
    this.counts = new long[vocabulary];
  }

  /** Counts the first {@code length} ids. */
  public void add(int[] tokens, int length) {
    for (int i = 0; i < length; i++) {
      counts[tokens[i]]++;
    }
  }

  /** How often a token came. */
  public long of(int token) {
    return counts[token];
  }

  /**
   * A token's part in the index.
   *
   * @param psi (a - e) ln(a / e) of its shares
   */
  public record TokenDrift(int token, double psi) {}

  /** The drift of a corpus. */
  public record Drift(Divergence divergence, List<TokenDrift> worst) {
    public Drift {
      worst = List.copyOf(worst);
    }
  }

  /**
   * How far another corpus is from this one.
   *
   * @param frequent how many of this corpus's most frequent tokens have a bin of their own
   * @param named how many tokens to name, those with the largest part first
   */
  public Drift drift(TokenCounts other, int frequent, int named) {
    if (counts.length != other.counts.length) {
      throw new IllegalArgumentException(
          "vocabularies differ: " + counts.length + ", " + other.counts.length);
    }
    int[] order =
        IntStream.range(0, counts.length)
            .boxed()
            .sorted(
                Comparator.comparingLong((Integer token) -> -counts[token])
                    .thenComparingInt(token -> token))
            .limit(frequent)
            .mapToInt(Integer::intValue)
            .toArray();
    long[] expected = binned(counts, order);
    long[] actual = binned(other.counts, order);
    Divergence all = Divergence.of(expected, actual);
    List<TokenDrift> parts = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      parts.add(new TokenDrift(order[i], part(expected, actual, i)));
    }
    parts.sort(
        Comparator.comparingDouble((TokenDrift one) -> -one.psi())
            .thenComparingInt(TokenDrift::token));
    return new Drift(all, parts.subList(0, Math.min(named, parts.size())));
  }

  private static long[] binned(long[] counts, int[] order) {
    long[] bins = new long[order.length + 1];
    long rest = Arrays.stream(counts).sum();
    for (int i = 0; i < order.length; i++) {
      bins[i] = counts[order[i]];
      rest -= bins[i];
    }
    bins[order.length] = rest;
    return bins;
  }

  /** The index of one bin against all others is not its part: that is the term of the sum. */
  private static double part(long[] expected, long[] actual, int bin) {
    double known = Math.max(expected[bin], 0.5) / Math.max(1, Arrays.stream(expected).sum());
    double found = Math.max(actual[bin], 0.5) / Math.max(1, Arrays.stream(actual).sum());
    return (found - known) * Math.log(found / known);
  }
}

package io.centroid.leak;

import io.centroid.error.InputException;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import io.centroid.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Measures the exposure of canaries from a language model's likelihoods. The candidates depend only
 * on the seed of the canaries.
 *
 * @param tokenizer tokenizer of the model
 * @param scorer likelihoods of the model
 * @param candidates number of other secrets to measure for each canary, {@link #LEAST_CANDIDATES}
 *     to {@link #MOST_CANDIDATES}
 */
public record LeakCheck(Tokenizer tokenizer, Scorer scorer, int candidates) {
  /** With fewer, an exposure near a usual limit would depend on the extrapolation alone. */
  public static final int LEAST_CANDIDATES = 1_000;

  /** All other secrets. */
  public static final int MOST_CANDIDATES = Canary.SPACE - 1;

  /** Number of texts of which the tokens are in memory. */
  private static final int CHUNK = 4096;

  public LeakCheck {
    requireCandidates(candidates);
  }

  /**
   * Checks a number of candidates.
   *
   * @throws InputException if it is not in the range
   */
  public static void requireCandidates(int candidates) {
    if (candidates < LEAST_CANDIDATES || candidates > MOST_CANDIDATES) {
      throw new InputException(
          "--candidates must be from "
              + LEAST_CANDIDATES
              + " to "
              + MOST_CANDIDATES
              + ": "
              + candidates);
    }
  }

  /** Log-likelihoods of texts that begin alike. */
  public interface Scorer {
    /**
     * Sums of the log-probabilities of {@code ids[1..]}, each given the tokens before it, in nats.
     *
     * @param scored receives the number of texts scored so far
     */
    double[] logLikelihoods(List<int[]> texts, IntConsumer scored);
  }

  /** Number of sentences to measure. */
  public long sentences(Canaries canaries) {
    return canaries.canaries().size() * (candidates + 1L);
  }

  /**
   * Measures all canaries.
   *
   * @param measured receives the number of sentences measured so far
   * @throws InputException if the tokenizer cannot encode them, or they exceed the model's context
   */
  public List<Exposure> measure(Canaries canaries, LongConsumer measured) {
    List<Exposure> exposures = new ArrayList<>();
    for (int number = 0; number < canaries.canaries().size(); number++) {
      Canary canary = canaries.canaries().get(number);
      int[] secrets =
          IntStream.concat(
                  IntStream.of(canary.secret()), candidates(canaries.seed(), number, canary))
              .toArray();
      long before = number * (candidates + 1L);
      double[] losses = losses(canary, secrets, done -> measured.accept(before + done));
      double[] others = Arrays.copyOfRange(losses, 1, losses.length);
      exposures.add(Exposure.of(number, canary, losses[0], others));
    }
    return exposures;
  }

  private IntStream candidates(long seed, int number, Canary canary) {
    if (candidates == MOST_CANDIDATES) {
      return IntStream.range(0, Canary.SPACE).filter(secret -> secret != canary.secret());
    }
    RandomStream random = new RandomStream(Seed.of(seed, Seed.Purpose.CANARY, 2, number));
    Set<Integer> drawn = new HashSet<>(Set.of(canary.secret()));
    return IntStream.generate(() -> random.nextInt(Canary.SPACE))
        .filter(drawn::add)
        .limit(candidates);
  }

  /** Losses of the sentence with each of the secrets. */
  private double[] losses(Canary canary, int[] secrets, IntConsumer measured) {
    double[] losses = new double[secrets.length];
    for (int from = 0; from < secrets.length; from += CHUNK) {
      int start = from;
      List<int[]> texts =
          Arrays.stream(secrets, from, Math.min(secrets.length, from + CHUNK))
              .mapToObj(secret -> tokenizer.encodeOrdinary(canary.text(secret)))
              .toList();
      double[] found = scorer.logLikelihoods(texts, done -> measured.accept(start + done));
      for (int i = 0; i < found.length; i++) {
        if (!Double.isFinite(found[i])) {
          throw new InputException("the model's likelihood of a canary is not finite");
        }
        losses[from + i] = -found[i];
      }
    }
    return losses;
  }
}

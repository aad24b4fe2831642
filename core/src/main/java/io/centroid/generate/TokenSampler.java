package io.centroid.generate;

import io.centroid.error.InputException;
import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.RandomStream;

/** Samples tokens from logits, without allocation. Not thread-safe. */
final class TokenSampler {
  private final Sampling sampling;
  private final DecodingKernels kernels = new DecodingKernels();
  private final LikeliestTokens likeliest;
  private final float[] scores;
  private final int[] kept;
  private final float[] weights;

  TokenSampler(Sampling sampling, int vocabulary) {
    this.sampling = sampling;
    this.likeliest = new LikeliestTokens(vocabulary);
    this.scores = new float[vocabulary];
    this.kept = new int[vocabulary];
    this.weights = new float[vocabulary];
  }

  /**
   * Samples a token. Takes one number of the random stream; greedy decoding takes none.
   *
   * @param from offset of the vocabulary's logits
   * @param seen the text's tokens, for the repetition penalty
   */
  int next(FloatVector allScores, long from, DistinctTokens seen, RandomStream random) {
    allScores.read(from, scores, scores.length);
    return sample(seen, random);
  }

  /** Samples a token from on-heap logits. */
  int next(float[] allScores, int from, DistinctTokens seen, RandomStream random) {
    System.arraycopy(allScores, from, scores, 0, scores.length);
    return sample(seen, random);
  }

  private int sample(DistinctTokens seen, RandomStream random) {
    if (sampling.repetitionPenalty() != 1) {
      seen.penalize(scores, sampling.repetitionPenalty());
    }
    int best = largest();
    if (sampling.isGreedy()) {
      return best;
    }
    float largest = scores[best];
    if (sampling.topK() > 0 && sampling.topK() < scores.length) {
      return kept[sample(likeliest(largest), random)];
    }
    exponentiate(scores, scores.length, largest);
    if (sampling.topP() == 1) {
      return sample(scores, scores.length, random);
    }
    return kept[sample(nucleus(), random)];
  }

  /**
   * Index of the largest logit, ties by lowest id.
   *
   * @throws InputException if a logit is NaN or infinite
   */
  private int largest() {
    int at = 0;
    for (int id = 0; id < scores.length && scores[at] <= Float.MAX_VALUE; id++) {
      // Negated, so that NaN is selected.
      if (!(scores[id] <= scores[at])) {
        at = id;
      }
    }
    if (!(Math.abs(scores[at]) <= Float.MAX_VALUE)) {
      throw new InputException(
          "the model's score of token "
              + at
              + " is "
              + scores[at]
              + ": the parameters are corrupt");
    }
    return at;
  }

  /** Selects the top-k tokens, restricted by top-p; returns their number. */
  private int likeliest(float largest) {
    likeliest.begin(scores, scores.length, Float.NEGATIVE_INFINITY);
    int count = 0;
    while (count < sampling.topK() && !likeliest.isEmpty()) {
      kept[count] = likeliest.next();
      weights[count] = scores[kept[count]];
      count++;
    }
    exponentiate(weights, count, largest);
    if (sampling.topP() == 1) {
      return count;
    }
    double wanted = sampling.topP() * sum(weights, count);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i];
      if (sum >= wanted) {
        return i + 1;
      }
    }
    return count;
  }

  /** Selects the top-p nucleus, from exponentiated logits; returns its size. */
  private int nucleus() {
    double total = sum(scores, scores.length);
    double wanted = sampling.topP() * total;
    // All tokens below this threshold together have less than 1 - topP: none is in the nucleus.
    double rest = (1 - sampling.topP()) * total / scores.length;
    likeliest.begin(scores, scores.length, (float) (rest * 0.999));
    double sum = 0;
    int count = 0;
    while (sum < wanted && !likeliest.isEmpty()) {
      kept[count] = likeliest.next();
      weights[count] = scores[kept[count]];
      sum += weights[count];
      count++;
    }
    return count;
  }

  private void exponentiate(float[] values, int length, float largest) {
    kernels.exponentiate(values, length, largest, (float) (1 / sampling.temperature()));
  }

  private int sample(int count, RandomStream random) {
    return sample(weights, count, random);
  }

  private static int sample(float[] weights, int count, RandomStream random) {
    double at = random.nextDouble() * sum(weights, count);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i];
      if (sum > at) {
        return i;
      }
    }
    return count - 1;
  }

  private static double sum(float[] values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return sum;
  }
}

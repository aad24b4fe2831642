package io.centroid.generate;

import io.centroid.InputException;
import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.RandomStream;

/** Draws tokens by their scores. Allocates nothing in doing so. Not thread-safe. */
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
   * Draws a token; each draw takes one number of the stream, but the most likely token none.
   *
   * @param from where the scores of all tokens start
   * @param seen the text's tokens, for the penalty
   */
  int next(FloatVector allScores, long from, TokensSeen seen, RandomStream random) {
    allScores.read(from, scores, scores.length);
    return draw(seen, random);
  }

  /** As the other, from scores that lie on the heap. */
  int next(float[] allScores, int from, TokensSeen seen, RandomStream random) {
    System.arraycopy(allScores, from, scores, 0, scores.length);
    return draw(seen, random);
  }

  private int draw(TokensSeen seen, RandomStream random) {
    if (sampling.repetitionPenalty() != 1) {
      seen.penalize(scores, sampling.repetitionPenalty());
    }
    int best = largest();
    if (sampling.isGreedy()) {
      return best;
    }
    float largest = scores[best];
    if (sampling.topK() > 0 && sampling.topK() < scores.length) {
      return kept[draw(likeliest(largest), random)];
    }
    exponentiate(scores, scores.length, largest);
    if (sampling.topP() == 1) {
      return draw(scores, scores.length, random);
    }
    return kept[draw(nucleus(), random)];
  }

  /** The first of the largest scores. */
  private int largest() {
    int at = 0;
    for (int id = 0; id < scores.length && scores[at] <= Float.MAX_VALUE; id++) {
      // The other way round, NaN would pass.
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
              + ": its parameters are damaged");
    }
    return at;
  }

  /** Keeps the K likeliest tokens, or their nucleus; returns how many. */
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

  /** Keeps the nucleus of all tokens, whose scores are powers by now; returns how many. */
  private int nucleus() {
    double total = sum(scores, scores.length);
    double wanted = sampling.topP() * total;
    // Tokens below this have less than the rest together: none of them can be in the nucleus.
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

  private int draw(int count, RandomStream random) {
    return draw(weights, count, random);
  }

  private static int draw(float[] weights, int count, RandomStream random) {
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

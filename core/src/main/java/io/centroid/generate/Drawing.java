package io.centroid.generate;

import io.centroid.RandomStream;
import io.centroid.Seed;

/**
 * The draws of one text whose scores come from elsewhere, such as another engine: the same tokens
 * as {@link Generator} draws from the same scores. Not thread-safe.
 */
public final class Drawing {
  private final TokenSampler sampler;
  private final RandomStream random;
  private final TokensSeen seen = new TokensSeen();

  /**
   * The draws of a text that starts with a prompt.
   *
   * @param number of the text; its draws depend on it
   */
  public Drawing(Sampling sampling, int vocabulary, int number, int[] prompt) {
    this.sampler = new TokenSampler(sampling, vocabulary);
    this.random = new RandomStream(Seed.of(sampling.seed(), Seed.Purpose.SAMPLING, number));
    for (int id : prompt) {
      seen.add(id);
    }
  }

  /**
   * Draws the next token.
   *
   * @param from where the scores of all tokens start
   */
  public int next(float[] scores, int from) {
    int id = sampler.next(scores, from, seen, random);
    seen.add(id);
    return id;
  }
}

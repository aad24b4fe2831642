package io.centroid.generate;

import io.centroid.error.InputException;
import java.io.Serializable;

/**
 * Sampling parameters, applied in Hugging Face's order: repetition penalty, temperature, top-k,
 * top-p.
 *
 * @param temperature divisor of the logits; 0: greedy decoding, ties by lowest id
 * @param topK number of most likely tokens to sample from (Fan, Lewis and Dauphin, 2018), ties by
 *     lower id; 0: all
 * @param topP probability mass of the most likely tokens to sample from, nucleus sampling (Holtzman
 *     et al., "The curious case of neural text degeneration", 2020); 1: all
 * @param repetitionPenalty penalty for tokens that the text contains already: a logit above 0 is
 *     divided by it, others are multiplied (Keskar et al., "CTRL", 2019); 1: none
 * @param seed random seed; a text's random numbers depend only on it and the text's index
 */
public record Sampling(
    double temperature, int topK, double topP, double repetitionPenalty, long seed)
    implements Serializable {

  /** Smaller temperatures would overflow floats. */
  private static final double COLDEST = 1e-3;

  /** Greedy decoding: always the most likely token. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 1, 0);

  public Sampling {
    if (temperature != 0 && !(temperature >= COLDEST && temperature <= 1e3)) {
      throw new InputException("temperature must be 0, or from 0.001 to 1000: " + temperature);
    }
    if (topK < 0) {
      throw new InputException("top-k must be 0 (all) or more: " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new InputException("top-p must be above 0 and at most 1: " + topP);
    }
    if (!(repetitionPenalty >= COLDEST && repetitionPenalty <= 1e3)) {
      throw new InputException(
          "the repetition penalty must be from 0.001 to 1000: " + repetitionPenalty);
    }
  }

  public boolean isGreedy() {
    return temperature == 0;
  }
}

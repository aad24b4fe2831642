package io.centroid.generate;

import io.centroid.InputException;
import java.io.Serializable;

/**
 * How the next token is drawn, in this order as Hugging Face has it: penalty, temperature, the K
 * most likely, the nucleus.
 *
 * @param temperature divides the scores; 0: the most likely token, of equal ones the lowest id
 * @param topK only so many of the most likely tokens (Fan, Lewis and Dauphin, 2018), of equal ones
 *     the lower ids; 0: all
 * @param topP only the fewest most likely tokens that have this probability together (Holtzman et
 *     al., "The curious case of neural text degeneration", 2020); 1: all
 * @param repetitionPenalty of each token that the text has already: a score above 0 is divided by
 *     it, another multiplied (Keskar et al., "CTRL", 2019); 1: none
 * @param seed the draws of a text depend on it and on the text's number alone
 */
public record Sampling(
    double temperature, int topK, double topP, double repetitionPenalty, long seed)
    implements Serializable {

  /** A smaller temperature would leave the range of floats. */
  private static final double COLDEST = 1e-3;

  /** Always the most likely token. */
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

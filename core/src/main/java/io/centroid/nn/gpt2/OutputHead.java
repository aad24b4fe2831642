package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Softmax.Score;

/** What stands on top of the blocks, and says how wrong they are. */
interface OutputHead {

  /**
   * Texts in the activations, whose final states are in {@code activations.normed}.
   *
   * @param targets of a language model, the token that follows each row; of a classifier, each
   *     text's class
   * @param lengths tokens of each text
   */
  record Texts(Activations activations, int sequences, int time, int[] targets, int[] lengths) {
    int rows() {
      return sequences * time;
    }
  }

  /** Sums of the losses, without noise. */
  Score score(Texts texts, Gpt2Weights weights);

  /**
   * Leaves the gradient at the final states in {@code delta} and adds that of the head's weight to
   * the gradient.
   *
   * @param factor of the sum of the losses
   * @param first whether the old gradient does not count
   */
  Score gradient(
      Texts texts,
      Gpt2Weights weights,
      Gpt2Weights gradient,
      FloatVector delta,
      float factor,
      boolean first);

  /** How many losses there are for so many texts. */
  long losses(int sequences, int time);
}

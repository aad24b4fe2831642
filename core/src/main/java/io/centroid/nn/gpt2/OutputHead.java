package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Softmax.Score;

/** Output head on top of the transformer blocks, with its loss. */
interface OutputHead {

  /**
   * Texts whose final states are in {@code activations.normed}.
   *
   * @param targets next token of each row for a language model; class of each text for a classifier
   * @param lengths number of tokens of each text
   */
  record Texts(
      Activations activations, int sequences, int sequenceLength, int[] targets, int[] lengths) {
    int rows() {
      return sequences * sequenceLength;
    }
  }

  /** Loss and top-1 hits, summed over the texts. */
  Score score(Texts texts, Gpt2Weights weights);

  /**
   * Computes the gradient at the final states into {@code delta}, and accumulates that of the
   * head's weight.
   *
   * @param factor factor of the loss sum
   * @param first true if the gradient is overwritten instead of added to
   */
  Score gradient(
      Texts texts,
      Gpt2Weights weights,
      Gpt2Weights gradient,
      FloatVector delta,
      float factor,
      boolean first);

  /** Number of loss terms for {@code sequences} texts. */
  long losses(int sequences, int sequenceLength);
}

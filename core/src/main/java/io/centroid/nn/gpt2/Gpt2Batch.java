package io.centroid.nn.gpt2;

import io.centroid.data.Batch;

/**
 * A batch as a GPT-2 reads it.
 *
 * @param classes number of classes of a classifier; 0: language model
 */
public record Gpt2Batch(Batch batch, Gpt2Config config, int classes) {

  /**
   * Sequence length of the batch: for a classifier, that of the longest text.
   *
   * @throws IllegalArgumentException if the texts have more tokens than the model has positions
   */
  public int sequenceLength() {
    int most = batch.shape().size();
    if (most > config.positions()) {
      throw new IllegalArgumentException(
          "a text of " + most + " tokens exceeds the model's " + config.positions() + " positions");
    }
    if (classes == 0) {
      return most;
    }
    int longest = 1;
    for (int row = 0; row < batch.size(); row++) {
      longest = Math.max(longest, batch.lengths()[row]);
    }
    return Math.min(longest, most);
  }

  /**
   * A token id of a text.
   *
   * @throws IllegalArgumentException if it is not in the vocabulary
   */
  public int token(int text, int position) {
    return requireBelow(
        config.vocabulary(), batch.tokens()[text * batch.tokenStride() + position], "token");
  }

  /**
   * The class of a text.
   *
   * @throws IllegalArgumentException if there is no such class
   */
  public int classOf(int text) {
    return requireBelow(classes, (int) batch.targets()[text], "class");
  }

  private static int requireBelow(int count, int id, String what) {
    if (id < 0 || id >= count) {
      throw new IllegalArgumentException(what + " " + id + " of " + count);
    }
    return id;
  }
}

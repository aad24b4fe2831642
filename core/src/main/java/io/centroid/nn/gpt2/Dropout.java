package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.SequenceKernels;
import io.centroid.random.Seed;

/**
 * Dropout masks of one step. A mask depends on the step's seed, the site in the network and the
 * value's index in the batch, not on the number of threads or the micro-batch.
 *
 * @param firstSequence batch index of the first text in the activations
 */
record Dropout(Gpt2Config.Dropout dropout, long seed, int firstSequence) {
  private static final Dropout NONE = new Dropout(Gpt2Config.Dropout.NONE, 0, 0);

  /** No dropout. */
  static Dropout none() {
    return NONE;
  }

  /** Site in the network where dropout is applied. */
  enum Site {
    EMBEDDING,
    ATTENTION,
    AFTER_ATTENTION,
    AFTER_MLP
  }

  boolean isAt(Site site) {
    return probability(site) > 0;
  }

  private float probability(Site site) {
    return switch (site) {
      case EMBEDDING -> dropout.embedding();
      case ATTENTION -> dropout.attention();
      case AFTER_ATTENTION, AFTER_MLP -> dropout.residual();
    };
  }

  /**
   * Applies the dropout mask to activations or gradients.
   *
   * @param number index of the first value among the site's activations
   * @param perSequence number of values per text
   */
  void apply(
      SequenceKernels kernels,
      Site site,
      int layer,
      long count,
      FloatVector values,
      long from,
      long number,
      long perSequence) {
    if (isAt(site)) {
      int siteSeed = (int) Seed.mix(seed + 31L * layer + site.ordinal());
      kernels
          .rows()
          .dropout(
              count,
              values,
              from,
              probability(site),
              siteSeed,
              number + firstSequence * perSequence);
    }
  }
}

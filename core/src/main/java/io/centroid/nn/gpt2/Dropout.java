package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.SequenceKernels;
import io.centroid.random.Seed;

/**
 * Dropout of one step: what is set to 0 depends on the step's seed, the place in the network and
 * the value's number in the batch, whatever part of the batch a thread works on.
 *
 * @param firstSequence number in the batch of the first text in the activations
 */
record Dropout(Gpt2Config.Dropout dropout, long seed, int firstSequence) {
  private static final Dropout NONE = new Dropout(Gpt2Config.Dropout.NONE, 0, 0);

  /** No dropout. */
  static Dropout none() {
    return NONE;
  }

  /** Where dropout is applied. */
  enum Place {
    EMBEDDING,
    ATTENTION,
    AFTER_ATTENTION,
    AFTER_HIDDEN
  }

  boolean isAt(Place place) {
    return probability(place) > 0;
  }

  private float probability(Place place) {
    return switch (place) {
      case EMBEDDING -> dropout.embedding();
      case ATTENTION -> dropout.attention();
      case AFTER_ATTENTION, AFTER_HIDDEN -> dropout.residual();
    };
  }

  /**
   * Drops values out, or their gradients.
   *
   * @param number of the first value among the activations' values of this place
   * @param perSequence values of one text
   */
  void apply(
      SequenceKernels kernels,
      Place place,
      int layer,
      long count,
      FloatVector values,
      long from,
      long number,
      long perSequence) {
    if (isAt(place)) {
      int placeSeed = (int) Seed.mix(seed + 31L * layer + place.ordinal());
      kernels
          .rows()
          .dropout(
              count,
              values,
              from,
              probability(place),
              placeSeed,
              number + firstSequence * perSequence);
    }
  }
}

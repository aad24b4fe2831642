package io.centroid.torch;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.random.Seed;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Dropout masks of the texts that are computed together. A mask depends on the step's seed, the
 * site in the network and the number of the first text, so that it is the same when activations are
 * recomputed.
 *
 * @param generator generator that no other thread uses; it is seeded for each mask
 * @param first number of the first text in the batch
 */
record DropoutMasks(Gpt2Config.Dropout dropout, Generator generator, long seed, int first) {

  /** Site in a network where dropout is applied. */
  enum Site {
    EMBEDDING,
    ATTENTION,
    AFTER_ATTENTION,
    AFTER_MLP
  }

  /** No dropout. */
  static DropoutMasks none(Generator generator) {
    return new DropoutMasks(Gpt2Config.Dropout.NONE, generator, 0, 0);
  }

  float probability(Site site) {
    return switch (site) {
      case EMBEDDING -> dropout.embedding();
      case ATTENTION -> dropout.attention();
      case AFTER_ATTENTION, AFTER_MLP -> dropout.residual();
    };
  }

  /** Seeds the generator for a mask. */
  void prepare(Site site, int layer) {
    generator.set_current_seed(
        Seed.mix(seed + 31L * layer + site.ordinal() + 0x9E3779B97F4A7C15L * first));
  }

  /** Sets values to 0 with the site's probability, and scales the others to the same mean. */
  Tensor apply(Tensor values, Site site, int layer) {
    float probability = probability(site);
    if (probability == 0) {
      return values;
    }
    prepare(site, layer);
    Tensor mask =
        torch
            .empty_like(values)
            .bernoulli_(1 - probability, new GeneratorOptional(generator))
            .mul_(Tensors.scalar(1 / (1 - probability)));
    return values.mul(mask);
  }
}

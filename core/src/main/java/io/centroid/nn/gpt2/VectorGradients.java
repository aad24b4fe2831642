package io.centroid.nn.gpt2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * One thread's sums for the gradients of all biases and normalizations: small enough for each
 * thread to have its own, which are added in the order of the threads.
 */
final class VectorGradients {

  /** Sums of a normalization's scale and shift. */
  record Norm(float[] weight, float[] bias) {
    Norm(int width) {
      this(new float[width], new float[width]);
    }
  }

  /** Sums of one block's vectors, named as in {@link Gpt2Weights.Block}. */
  record Block(
      Norm norm1, float[] queries, float[] mixing, Norm norm2, float[] hidden, float[] output) {}

  private final List<Block> blocks = new ArrayList<>();
  private final Norm norm;

  VectorGradients(Gpt2Config config) {
    int width = config.width();
    for (int layer = 0; layer < config.layers(); layer++) {
      blocks.add(
          new Block(
              new Norm(width),
              new float[3 * width],
              new float[width],
              new Norm(width),
              new float[config.inner()],
              new float[width]));
    }
    this.norm = new Norm(width);
  }

  Block block(int layer) {
    return blocks.get(layer);
  }

  Norm norm() {
    return norm;
  }

  void clear() {
    for (Block block : blocks) {
      for (float[] sums :
          List.of(
              block.norm1.weight,
              block.norm1.bias,
              block.queries,
              block.mixing,
              block.norm2.weight,
              block.norm2.bias,
              block.hidden,
              block.output)) {
        Arrays.fill(sums, 0);
      }
    }
    Arrays.fill(norm.weight, 0);
    Arrays.fill(norm.bias, 0);
  }

  /** Adds the threads' sums and leaves them in the gradient. */
  static void store(List<VectorGradients> threads, Gpt2Weights gradient) {
    for (int layer = 0; layer < gradient.blocks().size(); layer++) {
      int number = layer;
      Gpt2Weights.Block into = gradient.blocks().get(layer);
      Function<Function<Block, float[]>, float[]> total =
          part -> total(threads, thread -> part.apply(thread.block(number)));
      into.norm1().weight().load(total.apply(block -> block.norm1.weight));
      into.norm1().bias().load(total.apply(block -> block.norm1.bias));
      into.queries().bias().load(total.apply(Block::queries));
      into.mixing().bias().load(total.apply(Block::mixing));
      into.norm2().weight().load(total.apply(block -> block.norm2.weight));
      into.norm2().bias().load(total.apply(block -> block.norm2.bias));
      into.hidden().bias().load(total.apply(Block::hidden));
      into.output().bias().load(total.apply(Block::output));
    }
    gradient.norm().weight().load(total(threads, thread -> thread.norm.weight));
    gradient.norm().bias().load(total(threads, thread -> thread.norm.bias));
  }

  private static float[] total(
      List<VectorGradients> threads, Function<VectorGradients, float[]> part) {
    float[] total = part.apply(threads.get(0)).clone();
    for (VectorGradients thread : threads.subList(1, threads.size())) {
      float[] sums = part.apply(thread);
      for (int i = 0; i < total.length; i++) {
        total[i] += sums[i];
      }
    }
    return total;
  }
}

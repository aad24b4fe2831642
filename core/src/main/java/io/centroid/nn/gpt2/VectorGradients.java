package io.centroid.nn.gpt2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * One thread's gradient sums of all biases and layer norms. Each thread has its own copy; they are
 * added in thread order.
 */
final class VectorGradients {

  /** Gradient sums of a layer norm's scale and shift. */
  record Norm(float[] weight, float[] bias) {
    Norm(int width) {
      this(new float[width], new float[width]);
    }
  }

  /** Gradient sums of a block's vectors, named as in {@link Gpt2Weights.Block}. */
  record Block(
      Norm norm1,
      float[] qkv,
      float[] attentionProjection,
      Norm norm2,
      float[] hidden,
      float[] output) {}

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
              new float[config.mlpWidth()],
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
              block.qkv,
              block.attentionProjection,
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

  /** Adds the threads' sums and writes them to the gradient. */
  static void store(List<VectorGradients> threads, Gpt2Weights gradient) {
    for (int layer = 0; layer < gradient.blocks().size(); layer++) {
      int number = layer;
      Gpt2Weights.Block into = gradient.blocks().get(layer);
      Function<Function<Block, float[]>, float[]> total =
          part -> total(threads, thread -> part.apply(thread.block(number)));
      into.norm1().weight().load(total.apply(block -> block.norm1.weight));
      into.norm1().bias().load(total.apply(block -> block.norm1.bias));
      into.qkv().bias().load(total.apply(Block::qkv));
      into.attentionProjection().bias().load(total.apply(Block::attentionProjection));
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

package io.centroid.nn.gpt2;

import io.centroid.nn.gpt2.Dropout.Place;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.Products;
import io.centroid.nn.kernels.SequenceKernels;

/** One thread's way forward through a block, for its part of the texts. */
final class BlockForward {
  private final Gpt2Config config;
  private final SequenceKernels kernels;
  private final int thread;

  BlockForward(Gpt2Config config, SequenceKernels kernels, int thread) {
    this.config = config;
    this.kernels = kernels;
    this.thread = thread;
  }

  /**
   * Attention and hidden layer.
   *
   * @param output whether the block's output is wanted, and not only what lies before it
   */
  void run(
      int layer,
      Gpt2Weights.Block weights,
      Activations activations,
      RowRange part,
      Dropout noise,
      boolean output) {
    Activations.Block block = activations.blocks.get(layer);
    FloatVector input = activations.streams.get(layer);
    int rows = part.rows();
    int width = config.width();
    long from = part.from(width);
    kernels
        .norm()
        .forward(
            rows,
            width,
            config.epsilon(),
            input,
            weights.norm1().weight(),
            weights.norm1().bias(),
            block.normed1,
            from,
            block.statistics1,
            part.firstRow());
    dense(part, block.normed1, width, weights.queries(), block.queries, 3 * width);
    attend(layer, activations, block, part, noise);
    add(
        layer,
        Place.AFTER_ATTENTION,
        part,
        noise,
        block.mixed,
        width,
        weights.mixing(),
        input,
        activations.branch,
        block.middle);
    kernels
        .norm()
        .forward(
            rows,
            width,
            config.epsilon(),
            block.middle,
            weights.norm2().weight(),
            weights.norm2().bias(),
            block.normed2,
            from,
            block.statistics2,
            part.firstRow());
    int inner = config.inner();
    Products.gemm(
        false,
        false,
        rows,
        inner,
        width,
        1,
        Matrix.at(block.normed2, from, width),
        Matrix.at(weights.hidden().weight(), 0, inner),
        0,
        Matrix.at(block.slopes, part.from(inner), inner));
    kernels
        .rows()
        .gelu(rows, inner, block.slopes, weights.hidden().bias(), block.hidden, part.from(inner));
    if (output) {
      add(
          layer,
          Place.AFTER_HIDDEN,
          part,
          noise,
          block.hidden,
          inner,
          weights.output(),
          block.middle,
          activations.branch,
          activations.streams.get(layer + 1));
    }
  }

  /** out = x * weight + bias. */
  private void dense(
      RowRange part,
      FloatVector x,
      int inputs,
      Gpt2Weights.Dense dense,
      FloatVector out,
      int outputs) {
    kernels.rows().fillRows(part.rows(), outputs, dense.bias(), out, part.from(outputs));
    product(part, x, inputs, dense, out, outputs);
  }

  private void product(
      RowRange part,
      FloatVector x,
      int inputs,
      Gpt2Weights.Dense dense,
      FloatVector out,
      int outputs) {
    Products.gemm(
        false,
        false,
        part.rows(),
        outputs,
        inputs,
        1,
        Matrix.at(x, part.from(inputs), inputs),
        Matrix.at(dense.weight(), 0, outputs),
        1,
        Matrix.at(out, part.from(outputs), outputs));
  }

  /** out = stream + dropout(x * weight + bias). */
  private void add(
      int layer,
      Place place,
      RowRange part,
      Dropout noise,
      FloatVector x,
      int inputs,
      Gpt2Weights.Dense dense,
      FloatVector stream,
      FloatVector branch,
      FloatVector out) {
    int width = config.width();
    long from = part.from(width);
    if (!noise.isAt(place)) {
      kernels.rows().addRows(part.rows(), width, stream, dense.bias(), out, from);
      product(part, x, inputs, dense, out, width);
      return;
    }
    dense(part, x, inputs, dense, branch, width);
    long count = (long) part.rows() * width;
    noise.apply(kernels, place, layer, count, branch, from, from, (long) part.time() * width);
    kernels.rows().add(count, stream, branch, out, from);
  }

  private void attend(
      int layer, Activations activations, Activations.Block block, RowRange part, Dropout noise) {
    int time = part.time();
    int width = config.width();
    int headWidth = config.headWidth();
    float scale = (float) (1 / Math.sqrt(headWidth));
    long square = (long) time * time;
    boolean drops = noise.isAt(Place.ATTENTION);
    for (int s = part.firstSequence(); s < part.firstSequence() + part.sequences(); s++) {
      for (int head = 0; head < config.heads(); head++) {
        AttentionHeads heads = new AttentionHeads(config, block.queries, s * time, head);
        long from = ((long) s * config.heads() + head) * square;
        Matrix scores = Matrix.at(block.probabilities, from, time);
        Products.gemm(
            false, true, time, time, headWidth, scale, heads.query(), heads.key(), 0, scores);
        kernels.softmax().causal(time, block.probabilities, from);
        Matrix weights = scores;
        if (drops) {
          weights = Matrix.at(activations.dropped, thread * square, time);
          drop(layer, block.probabilities, from, activations.dropped, part, noise);
        }
        Matrix mixed =
            new Matrix(block.mixed, (long) s * time * width + (long) head * headWidth, width);
        Products.gemm(false, false, time, headWidth, time, 1, weights, heads.value(), 0, mixed);
      }
    }
  }

  /** Leaves attention's weights after dropout in this thread's square. */
  void drop(
      int layer,
      FloatVector probabilities,
      long from,
      FloatVector dropped,
      RowRange part,
      Dropout noise) {
    long square = (long) part.time() * part.time();
    kernels.rows().copy(square, probabilities, from, dropped, thread * square);
    noise.apply(
        kernels,
        Place.ATTENTION,
        layer,
        square,
        dropped,
        thread * square,
        from,
        square * config.heads());
  }
}

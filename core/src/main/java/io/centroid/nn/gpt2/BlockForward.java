package io.centroid.nn.gpt2;

import io.centroid.nn.gpt2.Dropout.Site;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.Products;
import io.centroid.nn.kernels.SequenceKernels;
import io.centroid.nn.matrix.MatrixProducts;

/** One thread's part of a block's forward pass: the thread's texts. */
final class BlockForward {
  private final Gpt2Config config;
  private final SequenceKernels kernels;
  private final MatrixProducts products;
  private final int thread;

  BlockForward(Gpt2Config config, SequenceKernels kernels, MatrixProducts products, int thread) {
    this.config = config;
    this.kernels = kernels;
    this.products = products;
    this.thread = thread;
  }

  /**
   * Runs attention and MLP.
   *
   * @param output false skips the block's output layer, for recomputation in the backward pass
   */
  void run(
      int layer,
      Gpt2Weights.Block weights,
      Activations activations,
      RowRange part,
      Dropout dropout,
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
    dense(part, block.normed1, width, weights.qkv(), block.qkv, 3 * width);
    attend(layer, activations, block, part, dropout);
    add(
        layer,
        Site.AFTER_ATTENTION,
        part,
        dropout,
        block.attentionOutput,
        width,
        weights.attentionProjection(),
        input,
        activations.branch,
        block.afterAttention);
    kernels
        .norm()
        .forward(
            rows,
            width,
            config.epsilon(),
            block.afterAttention,
            weights.norm2().weight(),
            weights.norm2().bias(),
            block.normed2,
            from,
            block.statistics2,
            part.firstRow());
    int mlpWidth = config.mlpWidth();
    products.multiply(
        false,
        false,
        rows,
        mlpWidth,
        width,
        Matrix.at(block.normed2, from, width),
        Matrix.at(weights.hidden().weight(), 0, mlpWidth),
        false,
        Matrix.at(block.hiddenGradient, part.from(mlpWidth), mlpWidth));
    kernels
        .rows()
        .activate(
            config.variant().activation(),
            rows,
            mlpWidth,
            block.hiddenGradient,
            weights.hidden().bias(),
            block.hidden,
            part.from(mlpWidth));
    if (output) {
      add(
          layer,
          Site.AFTER_MLP,
          part,
          dropout,
          block.hidden,
          mlpWidth,
          weights.output(),
          block.afterAttention,
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
    products.multiply(
        false,
        false,
        part.rows(),
        outputs,
        inputs,
        Matrix.at(x, part.from(inputs), inputs),
        Matrix.at(dense.weight(), 0, outputs),
        true,
        Matrix.at(out, part.from(outputs), outputs));
  }

  /** out = stream + dropout(x * weight + bias). */
  private void add(
      int layer,
      Site site,
      RowRange part,
      Dropout dropout,
      FloatVector x,
      int inputs,
      Gpt2Weights.Dense dense,
      FloatVector stream,
      FloatVector branch,
      FloatVector out) {
    int width = config.width();
    long from = part.from(width);
    if (!dropout.isAt(site)) {
      kernels.rows().addRows(part.rows(), width, stream, dense.bias(), out, from);
      product(part, x, inputs, dense, out, width);
      return;
    }
    dense(part, x, inputs, dense, branch, width);
    long count = (long) part.rows() * width;
    dropout.apply(
        kernels, site, layer, count, branch, from, from, (long) part.sequenceLength() * width);
    kernels.rows().add(count, stream, branch, out, from);
  }

  private void attend(
      int layer, Activations activations, Activations.Block block, RowRange part, Dropout dropout) {
    int length = part.sequenceLength();
    int width = config.width();
    int headWidth = config.headWidth();
    float scale = config.attentionScale(layer);
    long square = (long) length * length;
    boolean drops = dropout.isAt(Site.ATTENTION);
    for (int s = part.firstSequence(); s < part.firstSequence() + part.sequences(); s++) {
      for (int head = 0; head < config.heads(); head++) {
        AttentionHeads heads = new AttentionHeads(config, block.qkv, s * length, head);
        long from = ((long) s * config.heads() + head) * square;
        Matrix scores = Matrix.at(block.probabilities, from, length);
        Products.gemm(
            false, true, length, length, headWidth, scale, heads.query(), heads.key(), 0, scores);
        kernels.softmax().causal(length, block.probabilities, from);
        Matrix weights = scores;
        if (drops) {
          weights = Matrix.at(activations.dropped, thread * square, length);
          drop(layer, block.probabilities, from, activations.dropped, part, dropout);
        }
        Matrix attentionOutput =
            new Matrix(
                block.attentionOutput, (long) s * length * width + (long) head * headWidth, width);
        Products.gemm(
            false, false, length, headWidth, length, 1, weights, heads.value(), 0, attentionOutput);
      }
    }
  }

  /**
   * Writes the attention probabilities after dropout to this thread's square of {@code dropped}.
   */
  void drop(
      int layer,
      FloatVector probabilities,
      long from,
      FloatVector dropped,
      RowRange part,
      Dropout dropout) {
    long square = (long) part.sequenceLength() * part.sequenceLength();
    kernels.rows().copy(square, probabilities, from, dropped, thread * square);
    dropout.apply(
        kernels,
        Site.ATTENTION,
        layer,
        square,
        dropped,
        thread * square,
        from,
        square * config.heads());
  }
}

package io.centroid.nn.gpt2;

import io.centroid.nn.gpt2.Dropout.Site;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.Products;
import io.centroid.nn.kernels.SequenceKernels;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.nn.matrix.MatrixProducts;

/**
 * One thread's part of a block's backward pass. The MLP and then attention take three steps each:
 * the gradient inside the layer, for the thread's texts; the weight gradients, for the thread's
 * rows of each weight and all texts; and the gradient at the layer's input. All threads finish a
 * step before the next one starts.
 */
final class BlockBackward {
  private final Gpt2Config config;
  private final SequenceKernels kernels;
  private final MatrixProducts products;
  private final BlockForward forward;
  private final VectorGradients sums;
  private final int thread;
  private final int threads;

  BlockBackward(
      Gpt2Config config,
      SequenceKernels kernels,
      MatrixProducts products,
      BlockForward forward,
      VectorGradients sums,
      int thread,
      int threads) {
    this.config = config;
    this.kernels = kernels;
    this.products = products;
    this.forward = forward;
    this.sums = sums;
    this.thread = thread;
    this.threads = threads;
  }

  /**
   * Arguments of a block's backward pass.
   *
   * @param rows number of tokens
   * @param first true for the batch's first texts, whose gradient overwrites the old one
   */
  record Step(
      int layer,
      Gpt2Weights.Block weights,
      Gpt2Weights.Block gradient,
      Activations activations,
      Activations.Deltas deltas,
      Dropout dropout,
      int rows,
      boolean first) {

    Activations.Block block() {
      return activations.blocks.get(layer);
    }

    /** Gradient at the output of the attention or MLP branch. */
    FloatVector branch(Site site) {
      return dropout.isAt(site) ? deltas.branch : deltas.stream;
    }
  }

  void mlpActivations(Step step, RowRange part) {
    int mlpWidth = config.mlpWidth();
    int width = config.width();
    Activations.Deltas deltas = step.deltas;
    FloatVector branch = branchGradient(step, part, Site.AFTER_MLP, sums(step).output());
    inputGradient(part, branch, width, step.weights.output(), deltas.hidden, mlpWidth);
    kernels
        .rows()
        .multiplyAndSum(
            part.rows(),
            mlpWidth,
            deltas.hidden,
            step.block().hiddenGradient,
            part.from(mlpWidth),
            sums(step).hidden());
    inputGradient(part, deltas.hidden, mlpWidth, step.weights.hidden(), deltas.normed, width);
  }

  void mlpWeights(Step step) {
    weights(
        step,
        step.block().hidden,
        config.mlpWidth(),
        step.branch(Site.AFTER_MLP),
        config.width(),
        step.gradient.output().weight());
    weights(
        step,
        step.block().normed2,
        config.width(),
        step.deltas.hidden,
        config.mlpWidth(),
        step.gradient.hidden().weight());
  }

  void mlpNorm(Step step, RowRange part) {
    kernels
        .norm()
        .backward(
            part.rows(),
            config.width(),
            step.block().afterAttention,
            step.weights.norm2().weight(),
            step.block().statistics2,
            part.firstRow(),
            step.deltas.normed,
            step.deltas.stream,
            part.from(config.width()),
            sums(step).norm2().weight(),
            sums(step).norm2().bias());
  }

  void attentionActivations(Step step, RowRange part) {
    int width = config.width();
    Activations.Deltas deltas = step.deltas;
    FloatVector branch =
        branchGradient(step, part, Site.AFTER_ATTENTION, sums(step).attentionProjection());
    inputGradient(part, branch, width, step.weights.attentionProjection(), deltas.normed, width);
    attend(step, part);
    kernels
        .rows()
        .addColumnSums(part.rows(), 3 * width, deltas.qkv, part.from(3 * width), sums(step).qkv());
    inputGradient(part, deltas.qkv, 3 * width, step.weights.qkv(), deltas.normed, width);
  }

  void attentionWeights(Step step) {
    weights(
        step,
        step.block().attentionOutput,
        config.width(),
        step.branch(Site.AFTER_ATTENTION),
        config.width(),
        step.gradient.attentionProjection().weight());
    weights(
        step,
        step.block().normed1,
        config.width(),
        step.deltas.qkv,
        3 * config.width(),
        step.gradient.qkv().weight());
  }

  void attentionNorm(Step step, RowRange part) {
    kernels
        .norm()
        .backward(
            part.rows(),
            config.width(),
            step.activations.streams.get(step.layer),
            step.weights.norm1().weight(),
            step.block().statistics1,
            part.firstRow(),
            step.deltas.normed,
            step.deltas.stream,
            part.from(config.width()),
            sums(step).norm1().weight(),
            sums(step).norm1().bias());
  }

  private VectorGradients.Block sums(Step step) {
    return sums.block(step.layer);
  }

  /** Computes the gradient at a branch's output, and sums the gradient of its bias. */
  private FloatVector branchGradient(Step step, RowRange part, Site site, float[] biasSums) {
    int width = config.width();
    long from = part.from(width);
    FloatVector branch = step.branch(site);
    if (step.dropout.isAt(site)) {
      long count = (long) part.rows() * width;
      kernels.rows().copy(count, step.deltas.stream, from, branch, from);
      step.dropout.apply(
          kernels,
          site,
          step.layer,
          count,
          branch,
          from,
          from,
          (long) part.sequenceLength() * width);
    }
    kernels.rows().addColumnSums(part.rows(), width, branch, from, biasSums);
    return branch;
  }

  /** into = delta * weight^T. */
  private void inputGradient(
      RowRange part,
      FloatVector delta,
      int outputs,
      Gpt2Weights.Dense dense,
      FloatVector into,
      int inputs) {
    products.multiply(
        false,
        true,
        part.rows(),
        inputs,
        outputs,
        Matrix.at(delta, part.from(outputs), outputs),
        Matrix.at(dense.weight(), 0, outputs),
        false,
        Matrix.at(into, part.from(inputs), inputs));
  }

  /** gradient = x^T * delta, for this thread's rows. */
  private void weights(
      Step step, FloatVector x, int inputs, FloatVector delta, int outputs, FloatVector gradient) {
    int from = ThreadTeam.share(inputs, thread, threads);
    int to = ThreadTeam.share(inputs, thread + 1, threads);
    if (from == to) {
      return;
    }
    products.multiply(
        true,
        false,
        to - from,
        outputs,
        step.rows,
        new Matrix(x, from, inputs),
        Matrix.at(delta, 0, outputs),
        !step.first,
        Matrix.at(gradient, (long) from * outputs, outputs));
  }

  /**
   * Backpropagates attention: from its output's gradient, in {@code normed}, to queries, keys and
   * values.
   */
  private void attend(Step step, RowRange part) {
    int length = part.sequenceLength();
    int width = config.width();
    int headWidth = config.headWidth();
    float scale = config.attentionScale(step.layer);
    long square = (long) length * length;
    Activations.Block block = step.block();
    Activations.Deltas deltas = step.deltas;
    boolean drops = step.dropout.isAt(Site.ATTENTION);
    FloatVector dropped = step.activations.dropped;
    for (int s = part.firstSequence(); s < part.firstSequence() + part.sequences(); s++) {
      for (int head = 0; head < config.heads(); head++) {
        AttentionHeads values = new AttentionHeads(config, block.qkv, s * length, head);
        AttentionHeads gradients = new AttentionHeads(config, deltas.qkv, s * length, head);
        long from = ((long) s * config.heads() + head) * square;
        Matrix weights = Matrix.at(block.probabilities, from, length);
        if (drops) {
          forward.drop(step.layer, block.probabilities, from, dropped, part, step.dropout);
          weights = Matrix.at(dropped, thread * square, length);
        }
        Matrix outputDelta =
            new Matrix(deltas.normed, (long) s * length * width + (long) head * headWidth, width);
        Products.gemm(
            true, false, length, headWidth, length, 1, weights, outputDelta, 0, gradients.value());
        Matrix scores = Matrix.at(deltas.probabilities, thread * square, length);
        Products.gemm(
            false, true, length, length, headWidth, 1, outputDelta, values.value(), 0, scores);
        step.dropout.apply(
            kernels,
            Site.ATTENTION,
            step.layer,
            square,
            deltas.probabilities,
            thread * square,
            from,
            square * config.heads());
        kernels
            .softmax()
            .causalBackward(
                length, block.probabilities, from, deltas.probabilities, thread * square, scale);
        Products.gemm(
            false, false, length, headWidth, length, 1, scores, values.key(), 0, gradients.query());
        Products.gemm(
            true, false, length, headWidth, length, 1, scores, values.query(), 0, gradients.key());
      }
    }
  }
}

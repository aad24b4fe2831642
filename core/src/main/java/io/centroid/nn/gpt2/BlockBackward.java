package io.centroid.nn.gpt2;

import io.centroid.nn.gpt2.Dropout.Place;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.Products;
import io.centroid.nn.kernels.SequenceKernels;
import io.centroid.nn.kernels.ThreadTeam;

/**
 * One thread's way back through a block. It has two halves, hidden layer and attention, each in
 * three steps: the gradient at the half's inside, for the thread's part of the texts; the gradients
 * of its weights, for the thread's part of their rows and all texts; and the gradient at its input.
 * All threads must have finished a step before the next.
 */
final class BlockBackward {
  private final Gpt2Config config;
  private final SequenceKernels kernels;
  private final BlockForward forward;
  private final VectorGradients sums;
  private final int thread;
  private final int threads;

  BlockBackward(
      Gpt2Config config,
      SequenceKernels kernels,
      BlockForward forward,
      VectorGradients sums,
      int thread,
      int threads) {
    this.config = config;
    this.kernels = kernels;
    this.forward = forward;
    this.sums = sums;
    this.thread = thread;
    this.threads = threads;
  }

  /** What a step of the way back works on. */
  record Step(
      int layer,
      Gpt2Weights.Block weights,
      Gpt2Weights.Block gradient,
      Activations activations,
      Activations.Deltas deltas,
      Dropout noise,
      int rows,
      boolean first) {

    Activations.Block block() {
      return activations.blocks.get(layer);
    }

    /** The gradient at what a half adds to the stream. */
    FloatVector branch(Place place) {
      return noise.isAt(place) ? deltas.branch : deltas.stream;
    }

    /** The old gradient counts for all but the batch's first texts. */
    float keep() {
      return first ? 0 : 1;
    }
  }

  void hiddenInside(Step step, RowRange part) {
    int inner = config.inner();
    int width = config.width();
    Activations.Deltas deltas = step.deltas;
    FloatVector branch = enter(step, part, Place.AFTER_HIDDEN, sums(step).output());
    backThrough(part, branch, width, step.weights.output(), deltas.hidden, inner);
    kernels
        .rows()
        .multiplyAndSum(
            part.rows(),
            inner,
            deltas.hidden,
            step.block().slopes,
            part.from(inner),
            sums(step).hidden());
    backThrough(part, deltas.hidden, inner, step.weights.hidden(), deltas.normed, width);
  }

  void hiddenWeights(Step step) {
    weights(
        step,
        step.block().hidden,
        config.inner(),
        step.branch(Place.AFTER_HIDDEN),
        config.width(),
        step.gradient.output().weight());
    weights(
        step,
        step.block().normed2,
        config.width(),
        step.deltas.hidden,
        config.inner(),
        step.gradient.hidden().weight());
  }

  void hiddenInput(Step step, RowRange part) {
    kernels
        .norm()
        .backward(
            part.rows(),
            config.width(),
            step.block().middle,
            step.weights.norm2().weight(),
            step.block().statistics2,
            part.firstRow(),
            step.deltas.normed,
            step.deltas.stream,
            part.from(config.width()),
            sums(step).norm2().weight(),
            sums(step).norm2().bias());
  }

  void attentionInside(Step step, RowRange part) {
    int width = config.width();
    Activations.Deltas deltas = step.deltas;
    FloatVector branch = enter(step, part, Place.AFTER_ATTENTION, sums(step).mixing());
    backThrough(part, branch, width, step.weights.mixing(), deltas.normed, width);
    attend(step, part);
    kernels
        .rows()
        .addColumnSums(
            part.rows(), 3 * width, deltas.queries, part.from(3 * width), sums(step).queries());
    backThrough(part, deltas.queries, 3 * width, step.weights.queries(), deltas.normed, width);
  }

  void attentionWeights(Step step) {
    weights(
        step,
        step.block().mixed,
        config.width(),
        step.branch(Place.AFTER_ATTENTION),
        config.width(),
        step.gradient.mixing().weight());
    weights(
        step,
        step.block().normed1,
        config.width(),
        step.deltas.queries,
        3 * config.width(),
        step.gradient.queries().weight());
  }

  void attentionInput(Step step, RowRange part) {
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

  /** The gradient at a half's branch, and its bias's. */
  private FloatVector enter(Step step, RowRange part, Place place, float[] biasSums) {
    int width = config.width();
    long from = part.from(width);
    FloatVector branch = step.branch(place);
    if (step.noise.isAt(place)) {
      long count = (long) part.rows() * width;
      kernels.rows().copy(count, step.deltas.stream, from, branch, from);
      step.noise.apply(
          kernels, place, step.layer, count, branch, from, from, (long) part.time() * width);
    }
    kernels.rows().addColumnSums(part.rows(), width, branch, from, biasSums);
    return branch;
  }

  /** into = delta * weight^T. */
  private void backThrough(
      RowRange part,
      FloatVector delta,
      int outputs,
      Gpt2Weights.Dense dense,
      FloatVector into,
      int inputs) {
    Products.gemm(
        false,
        true,
        part.rows(),
        inputs,
        outputs,
        1,
        Matrix.at(delta, part.from(outputs), outputs),
        Matrix.at(dense.weight(), 0, outputs),
        0,
        Matrix.at(into, part.from(inputs), inputs));
  }

  /** This thread's rows of gradient = x^T * delta. */
  private void weights(
      Step step, FloatVector x, int inputs, FloatVector delta, int outputs, FloatVector gradient) {
    int from = ThreadTeam.share(inputs, thread, threads);
    int to = ThreadTeam.share(inputs, thread + 1, threads);
    if (from == to) {
      return;
    }
    Products.gemm(
        true,
        false,
        to - from,
        outputs,
        step.rows,
        1,
        new Matrix(x, from, inputs),
        Matrix.at(delta, 0, outputs),
        step.keep(),
        Matrix.at(gradient, (long) from * outputs, outputs));
  }

  /** From the gradient at the mixtures, in {@code normed}, to the one at queries, keys, values. */
  private void attend(Step step, RowRange part) {
    int time = part.time();
    int width = config.width();
    int headWidth = config.headWidth();
    float scale = (float) (1 / Math.sqrt(headWidth));
    long square = (long) time * time;
    Activations.Block block = step.block();
    Activations.Deltas deltas = step.deltas;
    boolean drops = step.noise.isAt(Place.ATTENTION);
    FloatVector dropped = step.activations.dropped;
    for (int s = part.firstSequence(); s < part.firstSequence() + part.sequences(); s++) {
      for (int head = 0; head < config.heads(); head++) {
        AttentionHeads values = new AttentionHeads(config, block.queries, s * time, head);
        AttentionHeads slopes = new AttentionHeads(config, deltas.queries, s * time, head);
        long from = ((long) s * config.heads() + head) * square;
        Matrix weights = Matrix.at(block.probabilities, from, time);
        if (drops) {
          forward.drop(step.layer, block.probabilities, from, dropped, part, step.noise);
          weights = Matrix.at(dropped, thread * square, time);
        }
        Matrix mixed =
            new Matrix(deltas.normed, (long) s * time * width + (long) head * headWidth, width);
        Products.gemm(true, false, time, headWidth, time, 1, weights, mixed, 0, slopes.value());
        Matrix scores = Matrix.at(deltas.probabilities, thread * square, time);
        Products.gemm(false, true, time, time, headWidth, 1, mixed, values.value(), 0, scores);
        step.noise.apply(
            kernels,
            Place.ATTENTION,
            step.layer,
            square,
            deltas.probabilities,
            thread * square,
            from,
            square * config.heads());
        kernels
            .softmax()
            .causalBackward(
                time, block.probabilities, from, deltas.probabilities, thread * square, scale);
        Products.gemm(
            false, false, time, headWidth, time, 1, scores, values.key(), 0, slopes.query());
        Products.gemm(
            true, false, time, headWidth, time, 1, scores, values.query(), 0, slopes.key());
      }
    }
  }
}

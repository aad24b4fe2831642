package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import java.util.ArrayList;
import java.util.List;

/**
 * Activation buffers of the forward and backward pass, for up to {@code sequences} texts of {@code
 * sequenceLength} tokens. Allocated once and reused.
 */
final class Activations implements AutoCloseable {
  /** Maximum number of logits in memory; a larger vocabulary leaves room for fewer rows. */
  private static final int SCORES = 1 << 26;

  /** Activations of a block, shape (tokens, width) unless noted. */
  static final class Block {
    final FloatVector normed1;
    final float[] statistics1;

    /** Queries, keys and values, shape (tokens, 3 * width). */
    final FloatVector qkv;

    /** Attention probabilities, shape (sequences, heads, sequenceLength, sequenceLength). */
    final FloatVector probabilities;

    /** Concatenated outputs of the attention heads. */
    final FloatVector attentionOutput;

    /** Residual stream after attention. */
    final FloatVector afterAttention;

    final FloatVector normed2;
    final float[] statistics2;

    /**
     * Pre-activations of the MLP's hidden layer, overwritten by the activation function's
     * derivative; shape (tokens, mlpWidth).
     */
    final FloatVector hiddenGradient;

    /** Hidden layer of the MLP, shape (tokens, mlpWidth). */
    final FloatVector hidden;

    Block(Arena arena, Gpt2Config config, int sequences, int sequenceLength) {
      long rows = (long) sequences * sequenceLength;
      long values = rows * config.width();
      normed1 = arena.allocate(values);
      statistics1 = new float[Math.toIntExact(2 * rows)];
      qkv = arena.allocate(3 * values);
      probabilities = arena.allocate(rows * sequenceLength * config.heads());
      attentionOutput = arena.allocate(values);
      afterAttention = arena.allocate(values);
      normed2 = arena.allocate(values);
      statistics2 = new float[Math.toIntExact(2 * rows)];
      hiddenGradient = arena.allocate(rows * config.mlpWidth());
      hidden = arena.allocate(rows * config.mlpWidth());
    }
  }

  /** Gradient buffers of a block's backward pass. */
  static final class Deltas {
    /** Gradient at the residual stream. */
    final FloatVector stream;

    /** Gradient at the residual branch: the stream's gradient after dropout. */
    final FloatVector branch;

    final FloatVector normed;
    final FloatVector hidden;
    final FloatVector qkv;
    final FloatVector probabilities;

    Deltas(Activations of, Gpt2Config config, int threads) {
      Arena arena = of.arena;
      int sequenceLength = of.sequenceLength;
      long rows = (long) of.sequences * sequenceLength;
      long values = rows * config.width();
      stream = arena.allocate(values);
      branch = arena.allocate(values);
      normed = arena.allocate(values);
      hidden = arena.allocate(rows * config.mlpWidth());
      qkv = arena.allocate(3 * values);
      probabilities = arena.allocate((long) threads * sequenceLength * sequenceLength);
    }
  }

  private final Arena arena = new Arena();
  final int sequences;
  final int sequenceLength;

  /** Residual stream: each block's input, and the last block's output. */
  final List<FloatVector> streams = new ArrayList<>();

  final List<Block> blocks = new ArrayList<>();
  final FloatVector normed;
  final float[] statistics;

  /** Output of the attention or MLP branch, before dropout. */
  final FloatVector branch;

  /** Attention probabilities after dropout, one square per thread. */
  final FloatVector dropped;

  /** Maximum number of rows whose logits are in memory. */
  final int scoredRows;

  final FloatVector scores;

  Activations(
      Gpt2Config config,
      int outputs,
      int sequences,
      int sequenceLength,
      boolean keepsAll,
      int threads) {
    this.sequences = sequences;
    this.sequenceLength = sequenceLength;
    long rows = (long) sequences * sequenceLength;
    long values = rows * config.width();
    for (int i = 0; i <= config.layers(); i++) {
      streams.add(arena.allocate(values));
    }
    Block shared = null;
    for (int i = 0; i < config.layers(); i++) {
      if (keepsAll || shared == null) {
        shared = new Block(arena, config, sequences, sequenceLength);
      }
      blocks.add(shared);
    }
    normed = arena.allocate(values);
    statistics = new float[Math.toIntExact(2 * rows)];
    branch = arena.allocate(values);
    dropped = arena.allocate((long) threads * sequenceLength * sequenceLength);
    scoredRows = (int) Math.min(rows, Math.max(threads, SCORES / outputs));
    scores = arena.allocate((long) scoredRows * outputs);
  }

  /** True if a batch of {@code texts} texts of {@code tokens} tokens fits. */
  boolean fits(int texts, int tokens) {
    return sequences >= texts && sequenceLength >= tokens;
  }

  /** Frees the activations and their {@link Deltas}. */
  @Override
  public void close() {
    arena.close();
  }
}

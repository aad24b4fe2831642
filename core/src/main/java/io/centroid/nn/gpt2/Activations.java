package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import java.util.ArrayList;
import java.util.List;

/**
 * What the passes over a batch leave for each other, for up to {@code sequences} texts of {@code
 * time} tokens at once. Allocated once and used again.
 */
final class Activations implements AutoCloseable {
  /** Floats of the scores that are held at once; with a larger vocabulary, fewer rows. */
  private static final int SCORES = 1 << 26;

  /** One block's, (tokens, width) unless said otherwise. */
  static final class Block {
    final FloatVector normed1;
    final float[] statistics1;

    /** Queries, keys and values, (tokens, 3 * width). */
    final FloatVector queries;

    /** (sequences, heads, time, time). */
    final FloatVector probabilities;

    /** The heads' mixtures of values. */
    final FloatVector mixed;

    /** The block's input and what attention added to it. */
    final FloatVector middle;

    final FloatVector normed2;
    final float[] statistics2;

    /** First the hidden layer's sums, then its slopes, (tokens, inner). */
    final FloatVector slopes;

    /** (tokens, inner). */
    final FloatVector hidden;

    Block(Arena arena, Gpt2Config config, int sequences, int time) {
      long rows = (long) sequences * time;
      long values = rows * config.width();
      normed1 = arena.allocate(values);
      statistics1 = new float[Math.toIntExact(2 * rows)];
      queries = arena.allocate(3 * values);
      probabilities = arena.allocate(rows * time * config.heads());
      mixed = arena.allocate(values);
      middle = arena.allocate(values);
      normed2 = arena.allocate(values);
      statistics2 = new float[Math.toIntExact(2 * rows)];
      slopes = arena.allocate(rows * config.inner());
      hidden = arena.allocate(rows * config.inner());
    }
  }

  /** Gradients that one block's backward pass leaves for the next step of it. */
  static final class Deltas {
    /** At the residual stream. */
    final FloatVector stream;

    /** The stream's, after dropout. */
    final FloatVector branch;

    final FloatVector normed;
    final FloatVector hidden;
    final FloatVector queries;
    final FloatVector probabilities;

    Deltas(Activations of, Gpt2Config config, int threads) {
      Arena arena = of.arena;
      int time = of.time;
      long rows = (long) of.sequences * time;
      long values = rows * config.width();
      stream = arena.allocate(values);
      branch = arena.allocate(values);
      normed = arena.allocate(values);
      hidden = arena.allocate(rows * config.inner());
      queries = arena.allocate(3 * values);
      probabilities = arena.allocate((long) threads * time * time);
    }
  }

  private final Arena arena = new Arena();
  final int sequences;
  final int time;

  /** Each block's input, and the last block's output. */
  final List<FloatVector> streams = new ArrayList<>();

  final List<Block> blocks = new ArrayList<>();
  final FloatVector normed;
  final float[] statistics;

  /** Of what attention and hidden layer add, before dropout; and of attention's dropped weights. */
  final FloatVector branch;

  final FloatVector dropped;

  /** Rows of tokens whose scores are held at once. */
  final int scoredRows;

  final FloatVector scores;

  Activations(
      Gpt2Config config, int outputs, int sequences, int time, boolean keepsAll, int threads) {
    this.sequences = sequences;
    this.time = time;
    long rows = (long) sequences * time;
    long values = rows * config.width();
    for (int i = 0; i <= config.layers(); i++) {
      streams.add(arena.allocate(values));
    }
    Block shared = null;
    for (int i = 0; i < config.layers(); i++) {
      if (keepsAll || shared == null) {
        shared = new Block(arena, config, sequences, time);
      }
      blocks.add(shared);
    }
    normed = arena.allocate(values);
    statistics = new float[Math.toIntExact(2 * rows)];
    branch = arena.allocate(values);
    dropped = arena.allocate((long) threads * time * time);
    scoredRows = (int) Math.min(rows, Math.max(threads, SCORES / outputs));
    scores = arena.allocate((long) scoredRows * outputs);
  }

  /** Whether so many texts of so many tokens have room. */
  boolean fits(int texts, int tokens) {
    return sequences >= texts && time >= tokens;
  }

  /** Frees these activations and the deltas made of them. */
  @Override
  public void close() {
    arena.close();
  }
}

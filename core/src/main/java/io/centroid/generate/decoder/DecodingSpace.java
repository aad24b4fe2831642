package io.centroid.generate.decoder;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.LayerNorm;
import io.centroid.nn.kernels.RowKernels;
import java.util.ArrayList;
import java.util.List;

/** What the layers of a pass over up to {@code rows} tokens leave for each other. */
final class DecodingSpace implements AutoCloseable {

  /** One thread's. */
  static final class Own {
    final RowKernels rows = new RowKernels();
    final LayerNorm norm = new LayerNorm();
    final DecodingKernels products = new DecodingKernels();
    final FloatVector normed;
    final float[] statistics;
    private final Arena arena;
    private FloatVector scores;

    Own(Arena arena, Gpt2Config config, int rows) {
      this.arena = arena;
      scores = arena.allocate(4096);
      normed = arena.allocate((long) rows * config.width());
      statistics = new float[2 * rows];
    }

    /** Room for so many scores of attention. */
    FloatVector scores(long count) {
      if (count > scores.size()) {
        long size = Math.max(count, 2 * scores.size());
        scores.close();
        scores = arena.allocate(size);
      }
      return scores;
    }
  }

  private final Arena arena = new Arena();

  final List<Own> threads = new ArrayList<>();

  /** The residual stream, (rows, width). */
  final FloatVector stream;

  /** Queries, keys and values, (rows, 3 * width). */
  final FloatVector queries;

  /** The heads' mixtures of values, (rows, width). */
  final FloatVector mixed;

  /** (rows, inner). */
  final FloatVector hidden;

  /** The stream of the rows whose scores are wanted, (tokens, width). */
  final FloatVector last;

  /** (tokens, vocabulary). */
  final FloatVector scores;

  DecodingSpace(Gpt2Config config, int rows, int scored, int threads) {
    for (int thread = 0; thread < threads; thread++) {
      this.threads.add(new Own(arena, config, rows));
    }
    long values = (long) rows * config.width();
    stream = arena.allocate(values);
    queries = arena.allocate(3 * values);
    mixed = arena.allocate(values);
    hidden = arena.allocate((long) rows * config.inner());
    last = arena.allocate((long) scored * config.width());
    scores = arena.allocate((long) scored * config.vocabulary());
  }

  @Override
  public void close() {
    arena.close();
  }
}

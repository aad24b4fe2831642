package io.centroid.generate.decoder;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.LayerNorm;
import io.centroid.nn.kernels.RowKernels;
import io.centroid.nn.matrix.DecodingProducts;
import java.util.ArrayList;
import java.util.List;

/** Activation buffers of a decoding pass over up to {@code rows} tokens. */
final class DecodingBuffers implements AutoCloseable {

  /** Kernels and scratch buffers of a thread. */
  static final class ThreadBuffers {
    final RowKernels rows = new RowKernels();
    final LayerNorm norm = new LayerNorm();
    final DecodingKernels kernels = new DecodingKernels();
    final DecodingProducts products;
    final FloatVector normed;
    final float[] statistics;
    private final Arena arena;
    private FloatVector scores;

    ThreadBuffers(Arena arena, Gpt2Config config, int rows, int thread, int threads) {
      products = new DecodingProducts(kernels, thread, threads);
      this.arena = arena;
      scores = arena.allocate(4096);
      normed = arena.allocate((long) rows * config.width());
      statistics = new float[2 * rows];
    }

    /** A scratch vector for at least {@code count} attention scores. */
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

  final List<ThreadBuffers> threads = new ArrayList<>();

  /** Residual stream, shape (rows, width). */
  final FloatVector stream;

  /** Queries, keys and values, shape (rows, 3 * width). */
  final FloatVector qkv;

  /** Concatenated outputs of the attention heads, shape (rows, width). */
  final FloatVector attentionOutput;

  /** Hidden layer of the MLP, shape (rows, mlpWidth). */
  final FloatVector hidden;

  /** Residual stream of the rows that get logits, shape (scored, width). */
  final FloatVector last;

  /** Logits, shape (scored, vocabulary). */
  final FloatVector scores;

  DecodingBuffers(Gpt2Config config, int rows, int scored, int threads) {
    for (int thread = 0; thread < threads; thread++) {
      this.threads.add(new ThreadBuffers(arena, config, rows, thread, threads));
    }
    long values = (long) rows * config.width();
    stream = arena.allocate(values);
    qkv = arena.allocate(3 * values);
    attentionOutput = arena.allocate(values);
    hidden = arena.allocate((long) rows * config.mlpWidth());
    last = arena.allocate((long) scored * config.width());
    scores = arena.allocate((long) scored * config.vocabulary());
  }

  @Override
  public void close() {
    threads.forEach(thread -> thread.products.close());
    arena.close();
  }
}

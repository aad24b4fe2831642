package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.SequenceKernels;
import io.centroid.nn.kernels.Softmax.Score;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.nn.matrix.MatrixProducts;
import java.util.Arrays;
import java.util.List;

/**
 * Language modeling head: an output layer without bias, usually tied to the token embedding. Rows
 * are processed in chunks, and the gradient overwrites a chunk's logits.
 */
final class LanguageModelHead implements OutputHead {
  private final Gpt2Config config;
  private final ThreadTeam team;
  private final List<SequenceKernels> kernels;
  private final List<MatrixProducts> products;
  private final Score[] scores;

  LanguageModelHead(
      Gpt2Config config,
      ThreadTeam team,
      List<SequenceKernels> kernels,
      List<MatrixProducts> products) {
    this.config = config;
    this.team = team;
    this.kernels = kernels;
    this.products = products;
    this.scores = new Score[team.size()];
  }

  @Override
  public long losses(int sequences, int sequenceLength) {
    return (long) sequences * sequenceLength;
  }

  @Override
  public Score score(Texts texts, Gpt2Weights weights) {
    Score total = Score.NONE;
    for (int from = 0; from < texts.rows(); from += texts.activations().scoredRows) {
      Chunk chunk = new Chunk(texts, from);
      team.run(thread -> scores[thread] = scored(chunk, thread, weights));
      total = Arrays.stream(scores).reduce(total, Score::plus);
    }
    return total;
  }

  @Override
  public Score gradient(
      Texts texts,
      Gpt2Weights weights,
      Gpt2Weights gradient,
      FloatVector delta,
      float factor,
      boolean first) {
    if (first && !config.variant().tied()) {
      kernels.get(0).rows().clear(gradient.tokens(), 0, gradient.tokens().size());
    }
    Score total = Score.NONE;
    for (int from = 0; from < texts.rows(); from += texts.activations().scoredRows) {
      Chunk chunk = new Chunk(texts, from);
      team.run(thread -> scores[thread] = stateGradient(chunk, thread, weights, delta, factor));
      total = Arrays.stream(scores).reduce(total, Score::plus);
      boolean overwrites = first && from == 0;
      team.run(thread -> chunk.weights(thread, gradient, overwrites));
    }
    return total;
  }

  private Score scored(Chunk chunk, int thread, Gpt2Weights weights) {
    if (!chunk.computeScores(thread, weights)) {
      return Score.NONE;
    }
    return kernels
        .get(thread)
        .softmax()
        .score(
            chunk.rows(thread),
            config.vocabulary(),
            chunk.texts.activations().scores,
            chunk.at(thread),
            chunk.texts.targets(),
            chunk.from + chunk.first(thread));
  }

  private Score stateGradient(
      Chunk chunk, int thread, Gpt2Weights weights, FloatVector delta, float factor) {
    if (!chunk.computeScores(thread, weights)) {
      return Score.NONE;
    }
    int width = config.width();
    Score score =
        kernels
            .get(thread)
            .softmax()
            .crossEntropy(
                chunk.rows(thread),
                config.vocabulary(),
                chunk.texts.activations().scores,
                chunk.at(thread),
                chunk.texts.targets(),
                chunk.from + chunk.first(thread),
                factor);
    products
        .get(thread)
        .multiply(
            false,
            false,
            chunk.rows(thread),
            width,
            config.vocabulary(),
            Matrix.at(chunk.texts.activations().scores, chunk.at(thread), config.vocabulary()),
            Matrix.at(weights.output(), 0, width),
            false,
            Matrix.at(delta, (long) (chunk.from + chunk.first(thread)) * width, width));
    return score;
  }

  /** Rows whose logits are in memory. */
  private final class Chunk {
    private final Texts texts;
    private final int from;
    private final int count;

    Chunk(Texts texts, int from) {
      this.texts = texts;
      this.from = from;
      this.count = Math.min(texts.activations().scoredRows, texts.rows() - from);
    }

    int first(int thread) {
      return ThreadTeam.share(count, thread, team.size());
    }

    int rows(int thread) {
      return first(thread + 1) - first(thread);
    }

    long at(int thread) {
      return (long) first(thread) * config.vocabulary();
    }

    /** Computes the logits of the thread's rows; false if it has none. */
    boolean computeScores(int thread, Gpt2Weights weights) {
      if (rows(thread) == 0) {
        return false;
      }
      int width = config.width();
      products
          .get(thread)
          .multiply(
              false,
              true,
              rows(thread),
              config.vocabulary(),
              width,
              Matrix.at(texts.activations().normed, (long) (from + first(thread)) * width, width),
              Matrix.at(weights.output(), 0, width),
              false,
              Matrix.at(texts.activations().scores, at(thread), config.vocabulary()));
      return true;
    }

    /** gradient = scores^T * states, for the thread's tokens. */
    void weights(int thread, Gpt2Weights gradient, boolean overwrites) {
      int width = config.width();
      int firstToken = ThreadTeam.share(config.vocabulary(), thread, team.size());
      int tokens = ThreadTeam.share(config.vocabulary(), thread + 1, team.size()) - firstToken;
      if (tokens == 0) {
        return;
      }
      products
          .get(thread)
          .multiply(
              true,
              false,
              tokens,
              width,
              count,
              new Matrix(texts.activations().scores, firstToken, config.vocabulary()),
              Matrix.at(texts.activations().normed, (long) from * width, width),
              !overwrites,
              Matrix.at(gradient.output(), (long) firstToken * width, width));
    }
  }
}

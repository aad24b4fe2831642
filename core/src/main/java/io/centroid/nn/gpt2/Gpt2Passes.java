package io.centroid.nn.gpt2;

import io.centroid.nn.gpt2.BlockBackward.Step;
import io.centroid.nn.gpt2.Dropout.Site;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.SequenceKernels;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.nn.matrix.MatrixProducts;
import java.util.ArrayList;
import java.util.List;

/**
 * Forward and backward pass of the network, for texts that fit the activations. The threads share
 * the texts, with a barrier wherever one needs another's results.
 */
final class Gpt2Passes {
  private final Gpt2Config config;
  private final Gpt2Weights weights;
  private final boolean recomputes;
  private final ThreadTeam team;
  private final List<SequenceKernels> kernels;
  private final List<BlockForward> forwards = new ArrayList<>();
  private final List<BlockBackward> backwards = new ArrayList<>();
  private final List<VectorGradients> sums = new ArrayList<>();

  Gpt2Passes(
      Gpt2Config config,
      Gpt2Weights weights,
      boolean recomputes,
      ThreadTeam team,
      List<SequenceKernels> kernels,
      List<MatrixProducts> products) {
    this.config = config;
    this.weights = weights;
    this.recomputes = recomputes;
    this.team = team;
    this.kernels = kernels;
    for (int thread = 0; thread < team.size(); thread++) {
      BlockForward forward =
          new BlockForward(config, kernels.get(thread), products.get(thread), thread);
      VectorGradients own = new VectorGradients(config);
      forwards.add(forward);
      sums.add(own);
      backwards.add(
          new BlockBackward(
              config,
              kernels.get(thread),
              products.get(thread),
              forward,
              own,
              thread,
              team.size()));
    }
  }

  /**
   * Computes the final states into {@code activations.normed}.
   *
   * @param tokens token ids; those of text s start at {@code (firstText + s) * stride}
   */
  void forward(OutputHead.Texts texts, int[] tokens, int firstText, int stride, Dropout dropout) {
    Activations activations = texts.activations();
    team.run(
        thread -> {
          RowRange part = part(texts, thread);
          embed(thread, activations, part, tokens, firstText, stride, dropout);
          for (int layer = 0; layer < config.layers(); layer++) {
            forwards
                .get(thread)
                .run(layer, weights.blocks().get(layer), activations, part, dropout, true);
          }
          kernels
              .get(thread)
              .norm()
              .forward(
                  part.rows(),
                  config.width(),
                  config.epsilon(),
                  activations.streams.get(config.layers()),
                  weights.norm().weight(),
                  weights.norm().bias(),
                  activations.normed,
                  part.from(config.width()),
                  activations.statistics,
                  part.firstRow());
        });
  }

  private void embed(
      int thread,
      Activations activations,
      RowRange part,
      int[] tokens,
      int firstText,
      int stride,
      Dropout dropout) {
    int width = config.width();
    FloatVector stream = activations.streams.get(0);
    for (int s = part.firstSequence(); s < part.firstSequence() + part.sequences(); s++) {
      for (int t = 0; t < part.sequenceLength(); t++) {
        int token = tokens[(firstText + s) * stride + t];
        long at = ((long) s * part.sequenceLength() + t) * width;
        kernels
            .get(thread)
            .rows()
            .embed(width, weights.tokens(), token, weights.positions(), t, stream, at);
      }
    }
    drop(thread, part, stream, dropout);
  }

  /** Applies dropout to the embeddings or their gradients. */
  private void drop(int thread, RowRange part, FloatVector stream, Dropout dropout) {
    int width = config.width();
    long from = part.from(width);
    dropout.apply(
        kernels.get(thread),
        Site.EMBEDDING,
        0,
        (long) part.rows() * width,
        stream,
        from,
        from,
        (long) part.sequenceLength() * width);
  }

  /** Clears the gradient sums of biases and layer norms. */
  void begin() {
    sums.forEach(VectorGradients::clear);
  }

  /** Writes the gradient sums of biases and layer norms to the gradient. */
  void end(Gpt2Weights gradient) {
    VectorGradients.store(sums, gradient);
  }

  /**
   * Backpropagates from the gradient at the final states, in {@code deltas.normed}, and accumulates
   * the gradient.
   *
   * @param first true if the gradient is overwritten instead of added to
   */
  void backward(
      OutputHead.Texts texts,
      Activations.Deltas deltas,
      Gpt2Weights gradient,
      int[] tokens,
      int firstText,
      int stride,
      Dropout dropout,
      boolean first) {
    Activations activations = texts.activations();
    int width = config.width();
    team.run(
        thread -> {
          RowRange part = part(texts, thread);
          kernels
              .get(thread)
              .rows()
              .clear(deltas.stream, part.from(width), (long) part.rows() * width);
          kernels
              .get(thread)
              .norm()
              .backward(
                  part.rows(),
                  width,
                  activations.streams.get(config.layers()),
                  weights.norm().weight(),
                  activations.statistics,
                  part.firstRow(),
                  deltas.normed,
                  deltas.stream,
                  part.from(width),
                  sums.get(thread).norm().weight(),
                  sums.get(thread).norm().bias());
        });
    for (int layer = config.layers() - 1; layer >= 0; layer--) {
      back(
          texts,
          new Step(
              layer,
              weights.blocks().get(layer),
              gradient.blocks().get(layer),
              activations,
              deltas,
              dropout,
              texts.rows(),
              first));
    }
    embeddings(texts, deltas.stream, gradient, tokens, firstText, stride, dropout, first);
  }

  private void back(OutputHead.Texts texts, Step step) {
    team.run(
        thread -> {
          RowRange part = part(texts, thread);
          if (recomputes) {
            forwards
                .get(thread)
                .run(step.layer(), step.weights(), step.activations(), part, step.dropout(), false);
          }
          backwards.get(thread).mlpActivations(step, part);
        });
    team.run(thread -> backwards.get(thread).mlpWeights(step));
    team.run(
        thread -> {
          RowRange part = part(texts, thread);
          backwards.get(thread).mlpNorm(step, part);
          backwards.get(thread).attentionActivations(step, part);
        });
    team.run(thread -> backwards.get(thread).attentionWeights(step));
    team.run(thread -> backwards.get(thread).attentionNorm(step, part(texts, thread)));
  }

  /**
   * Accumulates embedding gradients: each thread takes its positions; the first also takes all
   * tokens, in order.
   */
  private void embeddings(
      OutputHead.Texts texts,
      FloatVector stream,
      Gpt2Weights gradient,
      int[] tokens,
      int firstText,
      int stride,
      Dropout dropout,
      boolean first) {
    int width = config.width();
    int sequenceLength = texts.sequenceLength();
    team.run(thread -> drop(thread, part(texts, thread), stream, dropout));
    team.run(
        thread -> {
          SequenceKernels own = kernels.get(thread);
          int from = ThreadTeam.share(config.positions(), thread, team.size());
          int to = ThreadTeam.share(config.positions(), thread + 1, team.size());
          if (first) {
            own.rows().clear(gradient.positions(), (long) from * width, (long) (to - from) * width);
          }
          for (int t = from; t < Math.min(to, sequenceLength); t++) {
            for (int s = 0; s < texts.sequences(); s++) {
              own.rows()
                  .addRow(
                      width,
                      stream,
                      ((long) s * sequenceLength + t) * width,
                      gradient.positions(),
                      t);
            }
          }
          for (int row = 0; thread == 0 && row < texts.rows(); row++) {
            int token = tokens[(firstText + row / sequenceLength) * stride + row % sequenceLength];
            own.rows().addRow(width, stream, (long) row * width, gradient.tokens(), token);
          }
        });
  }

  private RowRange part(OutputHead.Texts texts, int thread) {
    int first = ThreadTeam.share(texts.sequences(), thread, team.size());
    int next = ThreadTeam.share(texts.sequences(), thread + 1, team.size());
    return new RowRange(first, next - first, texts.sequenceLength());
  }
}

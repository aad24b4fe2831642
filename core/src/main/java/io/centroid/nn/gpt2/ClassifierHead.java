package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.Products;
import io.centroid.nn.kernels.SequenceKernels;
import io.centroid.nn.kernels.Softmax.Score;
import java.util.Objects;

/**
 * Classification head: a linear layer without bias on the final state of each text's last token, as
 * in Hugging Face's GPT2ForSequenceClassification.
 */
final class ClassifierHead implements OutputHead {
  private final Gpt2Config config;
  private final int classes;
  private final SequenceKernels kernels;

  ClassifierHead(Gpt2Config config, int classes, SequenceKernels kernels) {
    this.config = config;
    this.classes = classes;
    this.kernels = kernels;
  }

  @Override
  public long losses(int sequences, int sequenceLength) {
    return sequences;
  }

  @Override
  public Score score(Texts texts, Gpt2Weights weights) {
    scores(texts, weights);
    return kernels
        .softmax()
        .score(texts.sequences(), classes, texts.activations().scores, 0, texts.targets(), 0);
  }

  /**
   * Computes each text's logits into {@code activations.scores}, and its last token's state into
   * {@code branch}.
   */
  void scores(Texts texts, Gpt2Weights weights) {
    int width = config.width();
    Activations activations = texts.activations();
    for (int s = 0; s < texts.sequences(); s++) {
      kernels
          .rows()
          .copy(width, activations.normed, last(texts, s), activations.branch, (long) s * width);
    }
    Products.gemm(
        false,
        true,
        texts.sequences(),
        classes,
        width,
        1,
        Matrix.at(activations.branch, 0, width),
        Matrix.at(weight(weights), 0, width),
        0,
        Matrix.at(activations.scores, 0, classes));
  }

  @Override
  public Score gradient(
      Texts texts,
      Gpt2Weights weights,
      Gpt2Weights gradient,
      FloatVector delta,
      float factor,
      boolean first) {
    int width = config.width();
    Activations activations = texts.activations();
    scores(texts, weights);
    Score score =
        kernels
            .softmax()
            .crossEntropy(
                texts.sequences(), classes, activations.scores, 0, texts.targets(), 0, factor);
    Products.gemm(
        true,
        false,
        classes,
        width,
        texts.sequences(),
        1,
        Matrix.at(activations.scores, 0, classes),
        Matrix.at(activations.branch, 0, width),
        first ? 0 : 1,
        Matrix.at(weight(gradient), 0, width));
    Products.gemm(
        false,
        false,
        texts.sequences(),
        width,
        classes,
        1,
        Matrix.at(activations.scores, 0, classes),
        Matrix.at(weight(weights), 0, width),
        0,
        Matrix.at(activations.branch, 0, width));
    kernels.rows().clear(delta, 0, (long) texts.rows() * width);
    for (int s = 0; s < texts.sequences(); s++) {
      kernels.rows().copy(width, activations.branch, (long) s * width, delta, last(texts, s));
    }
    if (first) {
      kernels.rows().clear(gradient.tokens(), 0, gradient.tokens().size());
    }
    return score;
  }

  private long last(Texts texts, int sequence) {
    int row = sequence * texts.sequenceLength() + Math.max(1, texts.lengths()[sequence]) - 1;
    return (long) row * config.width();
  }

  private static FloatVector weight(Gpt2Weights weights) {
    return Objects.requireNonNull(weights.score(), Gpt2Layout.SCORE);
  }
}

package io.centroid.torch;

import io.centroid.data.Batch;
import io.centroid.nn.Architecture;
import io.centroid.nn.MemoryEstimate;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.TokenLearner;
import io.centroid.nn.gpt2.Gpt2Batch;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.matrix.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * GPT-2 with gradients by autograd: a language model or a text classifier. The graph is cut before
 * the output layer, whose rows are processed in parts, so that the logits of one part at most are
 * in memory; with activation checkpointing it is cut between the blocks as well.
 */
final class Gpt2TorchLearner extends TorchLearner implements TokenLearner {
  /** Maximum number of tokens per forward pass in evaluation, on a CPU and on a GPU. */
  private static final int EVALUATED_TOKENS = 1024;

  private static final int EVALUATED_TOKENS_ON_GPU = 16 * EVALUATED_TOKENS;

  // Values of LibTorch's at::Reduction.
  private static final long NONE = 0;
  private static final long SUM = 2;

  private static final long NOT_IGNORED = -100;

  private final Gpt2Config config;
  private final Gpt2Execution execution;
  private final int classes;
  private final String output;
  private final Gpt2Forward forward;
  private final Staging tokens;
  private final Staging targets;
  private final Staging lastRows;

  /** Creates a learner with all parameters 0. */
  Gpt2TorchLearner(
      NetworkSpec spec,
      Architecture.Gpt2 gpt2,
      ParameterLayout layout,
      Device device,
      boolean mirrored) {
    super(new FlatTensors(layout, device, mirrored), gpt2.execution().threads());
    this.config = gpt2.config();
    this.execution = gpt2.execution();
    this.classes = gpt2.classifies() ? spec.outputs() : 0;
    this.forward =
        new Gpt2Forward(config, device, execution.precision() == Precision.BFLOAT16, this::weight);
    this.output = gpt2.classifies() ? Gpt2Layout.SCORE : forward.languageOutput();
    this.tokens = new Staging(device, ScalarType.Long);
    this.targets = new Staging(device, ScalarType.Long);
    this.lastRows = new Staging(device, ScalarType.Long);
  }

  @Override
  public int outputs() {
    return classes > 0 ? classes : config.vocabulary();
  }

  @Override
  public boolean predictsTokens() {
    return classes == 0;
  }

  /**
   * Texts that are computed together.
   *
   * @param tokens ids, shape (texts, length)
   * @param targets the next tokens, shape (texts * length), or the classes, shape (texts)
   * @param scored rows of the hidden states that get logits; null: all
   */
  private record Texts(Tensor tokens, Tensor targets, @Nullable Tensor scored) {}

  @Override
  double backward(Batch batch, long dropoutSeed) {
    int length = sequenceLength(batch);
    int atOnce = execution.rows() > 0 ? Math.min(execution.rows(), batch.size()) : batch.size();
    double factor = 1.0 / losses(batch.size(), length);
    double loss = 0;
    for (int from = 0; from < batch.size(); from += atOnce) {
      int first = from;
      int count = Math.min(atOnce, batch.size() - from);
      DropoutMasks masks =
          new DropoutMasks(config.dropout(), forward.generator(), dropoutSeed, first);
      loss +=
          Tensors.scoped(() -> backward(texts(batch, first, count, length), masks, factor))
              .item_double();
    }
    return loss * factor;
  }

  /** Adds the gradient of the texts' losses times a factor; returns the sum of the losses. */
  private Tensor backward(Texts texts, DropoutMasks masks, double factor) {
    return execution.recomputes()
        ? recomputing(texts, masks, factor)
        : storing(texts, masks, factor);
  }

  private Tensor storing(Texts texts, DropoutMasks masks, double factor) {
    Tensor x = forward.embed(texts.tokens(), masks);
    for (int layer = 0; layer < config.layers(); layer++) {
      x = forward.block(layer, x, masks);
    }
    Tensor state = leaf(x);
    Tensor loss = head(texts, state, factor);
    backward(x, state.grad());
    return loss;
  }

  private Tensor recomputing(Texts texts, DropoutMasks masks, double factor) {
    List<Tensor> inputs = new ArrayList<>();
    Tensor x = withoutGraph(() -> forward.embed(texts.tokens(), masks));
    for (int layer = 0; layer < config.layers(); layer++) {
      inputs.add(x);
      Tensor input = x;
      int number = layer;
      x = withoutGraph(() -> forward.block(number, input, masks));
    }
    Tensor state = leaf(x);
    Tensor loss = head(texts, state, factor);
    Tensor gradient = Tensors.owned(() -> gradientOf(state));
    for (int layer = config.layers() - 1; layer >= 0; layer--) {
      int number = layer;
      try (Tensor above = gradient) {
        gradient =
            Tensors.owned(
                () -> {
                  Tensor input = leaf(inputs.get(number));
                  backward(forward.block(number, input, masks), above);
                  return gradientOf(input);
                });
      }
    }
    try (Tensor below = gradient) {
      backward(forward.embed(texts.tokens(), masks), below);
    }
    return loss;
  }

  /** Loss of the final states, whose gradient becomes that of {@code state}. */
  private Tensor head(Texts texts, Tensor state, double factor) {
    Tensor normed = forward.normed(state);
    Tensor rows = leaf(normed);
    Tensor scored = texts.scored() == null ? rows : rows.index_select(0, texts.scored());
    Tensor sum = torch.zeros(new long[] {1}, Tensors.options(ScalarType.Double, device()));
    Tensor share =
        torch.full(
            new long[0], Tensors.scalar(factor), Tensors.options(ScalarType.Float, device()));
    eachPart(
        scored,
        texts.targets(),
        (part, targets) -> {
          Tensor loss =
              torch.cross_entropy_loss(
                  forward.logits(part, output).to(ScalarType.Float),
                  targets,
                  new TensorOptional(),
                  SUM,
                  NOT_IGNORED,
                  0);
          backward(loss, share);
          sum.add_(loss.detach());
        });
    backward(normed, rows.grad());
    return sum;
  }

  private interface Part {
    void accept(Tensor rows, Tensor targets);
  }

  /** Calls the function for parts of the rows, whose logits fit in memory. */
  private void eachPart(Tensor rows, Tensor targets, Part function) {
    long atOnce = Math.max(1, MemoryEstimate.LOGITS_AT_ONCE / outputs());
    for (long from = 0; from < rows.size(0); from += atOnce) {
      long first = from;
      long count = Math.min(atOnce, rows.size(0) - from);
      Tensors.freed(
          () -> function.accept(rows.narrow(0, first, count), targets.narrow(0, first, count)));
    }
  }

  private static Tensor leaf(Tensor tensor) {
    return tensor.detach().set_requires_grad(true);
  }

  /** A handle of its own: {@code grad()} is one that ends with the leaf. */
  private static Tensor gradientOf(Tensor leaf) {
    return leaf.grad().detach();
  }

  private static void backward(Tensor tensor, Tensor gradient) {
    tensor.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
  }

  private static Tensor withoutGraph(Supplier<Tensor> body) {
    GradMode.set_enabled(false);
    try {
      return body.get();
    } finally {
      GradMode.set_enabled(true);
    }
  }

  @Override
  public TokenScore score(Batch batch) {
    return computed(false, () -> scored(batch));
  }

  private TokenScore scored(Batch batch) {
    int length = sequenceLength(batch);
    int atOnce = evaluatedRows(batch);
    double loss = 0;
    long correct = 0;
    for (int from = 0; from < batch.size(); from += atOnce) {
      int first = from;
      int count = Math.min(atOnce, batch.size() - from);
      double[] totals = new double[2];
      Tensors.freed(
          () -> {
            Texts texts = texts(batch, first, count, length);
            eachPart(
                states(texts),
                texts.targets(),
                (rows, targets) -> {
                  Tensor logits = forward.logits(rows, output).to(ScalarType.Float);
                  totals[0] +=
                      torch
                          .cross_entropy_loss(
                              logits, targets, new TensorOptional(), NONE, NOT_IGNORED, 0)
                          .sum(new ScalarTypeOptional(ScalarType.Double))
                          .item_double();
                  totals[1] +=
                      logits
                          .argmax(new LongOptional(1), false)
                          .eq(targets)
                          .sum(new ScalarTypeOptional(ScalarType.Double))
                          .item_double();
                });
          });
      loss += totals[0];
      correct += (long) totals[1];
    }
    return new TokenScore(losses(batch.size(), length), loss, correct);
  }

  /** Final states of the rows that get logits, without dropout. */
  private Tensor states(Texts texts) {
    DropoutMasks none = DropoutMasks.none(forward.generator());
    Tensor x = forward.embed(texts.tokens(), none);
    for (int layer = 0; layer < config.layers(); layer++) {
      x = forward.block(layer, x, none);
    }
    Tensor normed = forward.normed(x);
    return texts.scored() == null ? normed : normed.index_select(0, texts.scored());
  }

  /**
   * Class probabilities of a classifier. A language model has too many outputs for an array: see
   * {@link #score}.
   *
   * @throws IllegalStateException if it is a language model
   */
  @Override
  public float[] predict(Batch batch) {
    if (classes == 0) {
      throw new IllegalStateException("a language model has no class probabilities: use score");
    }
    int length = sequenceLength(batch);
    int atOnce = evaluatedRows(batch);
    float[] probabilities = new float[batch.size() * classes];
    for (int from = 0; from < batch.size(); from += atOnce) {
      int first = from;
      int count = Math.min(atOnce, batch.size() - from);
      float[] part =
          computed(
              false,
              () -> {
                Tensor states = states(texts(batch, first, count, length));
                Tensor logits = forward.logits(states, output).to(ScalarType.Float);
                return floats(torch.softmax(logits, 1));
              });
      System.arraycopy(part, 0, probabilities, first * classes, part.length);
    }
    return probabilities;
  }

  private long losses(int texts, int length) {
    return classes > 0 ? texts : (long) texts * length;
  }

  private Texts texts(Batch batch, int from, int count, int length) {
    Gpt2Batch read = new Gpt2Batch(batch, config, classes);
    long[] ids = new long[count * length];
    long[] next = new long[classes > 0 ? count : count * length];
    long[] last = new long[classes > 0 ? count : 0];
    for (int text = 0; text < count; text++) {
      for (int t = 0; t < length; t++) {
        ids[text * length + t] = read.token(from + text, t);
      }
      if (classes > 0) {
        next[text] = read.classOf(from + text);
        last[text] = (long) text * length + Math.max(1, batch.lengths()[from + text]) - 1;
        continue;
      }
      for (int t = 0; t < length; t++) {
        next[text * length + t] = read.token(from + text, t + 1);
      }
    }
    return new Texts(
        tokens.longs(ids, ids.length, count, length),
        targets.longs(next, next.length, next.length),
        classes > 0 ? lastRows.longs(last, count, count) : null);
  }

  private int sequenceLength(Batch batch) {
    return new Gpt2Batch(batch, config, classes).sequenceLength();
  }

  private int evaluatedRows(Batch batch) {
    int tokens = device().is_cuda() ? EVALUATED_TOKENS_ON_GPU : EVALUATED_TOKENS;
    return Math.min(batch.size(), Math.max(1, tokens / batch.shape().size()));
  }

  @Override
  public void close() {
    tokens.close();
    targets.close();
    lastRows.close();
    forward.close();
    super.close();
  }
}

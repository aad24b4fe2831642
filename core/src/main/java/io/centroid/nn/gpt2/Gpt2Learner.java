package io.centroid.nn.gpt2;

import io.centroid.data.Batch;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.TokenLearner;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.SequenceKernels;
import io.centroid.nn.kernels.Softmax.Score;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.nn.matrix.MatrixProducts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * GPT-2 as a learner: a language model or a text classifier. A row of a batch is a text; all rows
 * of a language model's batch have the same length, and its loss is the mean over all predicted
 * tokens.
 */
public final class Gpt2Learner implements TokenLearner {
  /** Maximum number of tokens per forward pass in evaluation. */
  private static final int EVALUATED_TOKENS = 1024;

  private final Gpt2Config config;
  private final Gpt2Execution execution;
  private final int classes;
  private final ParameterLayout layout;
  private final Arena arena = new Arena();
  private final FloatVector parameters;
  private final Gpt2Weights weights;
  private final ThreadTeam team;
  private final List<MatrixProducts> products = new ArrayList<>();
  private final OutputHead head;
  private final Gpt2Passes passes;
  private @Nullable FloatVector gradient;
  private @Nullable Gpt2Weights gradients;
  private @Nullable Activations activations;
  private @Nullable Activations evaluated;
  private Activations.@Nullable Deltas deltas;

  /**
   * Creates a learner with all parameters 0.
   *
   * @param classes number of classes of a classifier; 0: language model
   * @throws io.centroid.error.InputException if the execution's precision is not available here
   */
  public Gpt2Learner(Gpt2Config config, int classes, Gpt2Execution execution) {
    execution.precision().require();
    this.config = config;
    this.execution = execution;
    this.classes = classes;
    this.layout = Gpt2Layout.of(config, classes);
    this.parameters = arena.allocate(layout.parameterCount());
    this.weights = Gpt2Weights.of(config, layout, parameters);
    this.team = new ThreadTeam(execution.threads());
    List<SequenceKernels> kernels = new ArrayList<>();
    for (int thread = 0; thread < team.size(); thread++) {
      kernels.add(new SequenceKernels());
      products.add(MatrixProducts.of(execution.precision()));
    }
    this.head =
        classes > 0
            ? new ClassifierHead(config, classes, kernels.get(0))
            : new LanguageModelHead(config, team, kernels, products);
    this.passes = new Gpt2Passes(config, weights, execution.recomputes(), team, kernels, products);
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public FloatVector parameters() {
    return parameters;
  }

  @Override
  public ThreadTeam team() {
    return team;
  }

  @Override
  public FloatVector gradient() {
    FloatVector made = gradient;
    if (made == null) {
      made = arena.allocate(layout.parameterCount());
      gradient = made;
    }
    return made;
  }

  private Gpt2Weights gradients() {
    Gpt2Weights made = gradients;
    if (made == null) {
      made = Gpt2Weights.of(config, layout, gradient());
      gradients = made;
    }
    return made;
  }

  @Override
  public int outputs() {
    return classes > 0 ? classes : config.vocabulary();
  }

  @Override
  public double gradient(Batch batch, long dropoutSeed) {
    int sequenceLength = sequenceLength(batch);
    int atOnce = execution.rows() > 0 ? Math.min(execution.rows(), batch.size()) : batch.size();
    Activations used = reserve(atOnce, batch.shape().size());
    Activations.Deltas buffers = deltas(used);
    float factor = (float) (1.0 / head.losses(batch.size(), sequenceLength));
    double loss = 0;
    passes.begin();
    for (int from = 0; from < batch.size(); from += atOnce) {
      int count = Math.min(atOnce, batch.size() - from);
      Dropout dropout = new Dropout(config.dropout(), dropoutSeed, from);
      OutputHead.Texts texts = texts(batch, used, from, count, sequenceLength);
      boolean first = from == 0;
      passes.forward(texts, batch.tokens(), from, batch.tokenStride(), dropout);
      loss += head.gradient(texts, weights, gradients(), buffers.normed, factor, first).loss();
      passes.backward(
          texts, buffers, gradients(), batch.tokens(), from, batch.tokenStride(), dropout, first);
    }
    passes.end(gradients());
    return loss * factor;
  }

  @Override
  public boolean predictsTokens() {
    return classes == 0;
  }

  @Override
  public TokenScore score(Batch batch) {
    int sequenceLength = sequenceLength(batch);
    Score total = Score.NONE;
    int atOnce = evaluatedRows(batch);
    Activations used = reserveForward(atOnce, batch.shape().size());
    for (int from = 0; from < batch.size(); from += atOnce) {
      int count = Math.min(atOnce, batch.size() - from);
      OutputHead.Texts texts = texts(batch, used, from, count, sequenceLength);
      passes.forward(texts, batch.tokens(), from, batch.tokenStride(), Dropout.none());
      total = total.plus(head.score(texts, weights));
    }
    return new TokenScore(head.losses(batch.size(), sequenceLength), total.loss(), total.correct());
  }

  /**
   * Class probabilities of a classifier. A language model has too many outputs for an array: see
   * {@link #score}.
   *
   * @throws IllegalStateException if it is a language model
   */
  @Override
  public float[] predict(Batch batch) {
    if (!(head instanceof ClassifierHead classifier)) {
      throw new IllegalStateException("a language model has no class probabilities: use score");
    }
    int sequenceLength = sequenceLength(batch);
    int atOnce = evaluatedRows(batch);
    Activations used = reserveForward(atOnce, batch.shape().size());
    float[] outputs = new float[batch.size() * classes];
    float[] row = new float[classes];
    for (int from = 0; from < batch.size(); from += atOnce) {
      int count = Math.min(atOnce, batch.size() - from);
      OutputHead.Texts texts = texts(batch, used, from, count, sequenceLength);
      passes.forward(texts, batch.tokens(), from, batch.tokenStride(), Dropout.none());
      classifier.scores(texts, weights);
      for (int s = 0; s < count; s++) {
        used.scores.read((long) s * classes, row, classes);
        probabilities(row);
        System.arraycopy(row, 0, outputs, (from + s) * classes, classes);
      }
    }
    return outputs;
  }

  private static void probabilities(float[] scores) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      largest = Math.max(largest, score);
    }
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) StrictMath.exp(scores[i] - largest);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= (float) sum;
    }
  }

  private OutputHead.Texts texts(
      Batch batch, Activations used, int from, int count, int sequenceLength) {
    Gpt2Batch read = new Gpt2Batch(batch, config, classes);
    int[] targets = new int[classes > 0 ? count : count * sequenceLength];
    int[] lengths = new int[count];
    for (int s = 0; s < count; s++) {
      lengths[s] = batch.lengths()[from + s];
      if (classes > 0) {
        targets[s] = read.classOf(from + s);
        continue;
      }
      for (int t = 0; t < sequenceLength; t++) {
        targets[s * sequenceLength + t] = read.token(from + s, t + 1);
      }
    }
    return new OutputHead.Texts(used, count, sequenceLength, targets, lengths);
  }

  private int sequenceLength(Batch batch) {
    return new Gpt2Batch(batch, config, classes).sequenceLength();
  }

  /** Depends on nothing that the learner did before: the order of the sums follows from it. */
  private int evaluatedRows(Batch batch) {
    int usual = Math.max(execution.threads(), EVALUATED_TOKENS / batch.shape().size());
    return Math.min(batch.size(), usual);
  }

  /**
   * Activations for a forward pass: a single block's, unless training has allocated all blocks
   * already.
   */
  private Activations reserveForward(int sequences, int sequenceLength) {
    Activations training = activations;
    if (training != null && training.fits(sequences, sequenceLength)) {
      return training;
    }
    Activations held = evaluated;
    if (held == null || !held.fits(sequences, sequenceLength)) {
      close(held);
      held =
          new Activations(config, outputs(), sequences, sequenceLength, false, execution.threads());
      evaluated = held;
    }
    return held;
  }

  private Activations reserve(int sequences, int sequenceLength) {
    Activations held = activations;
    if (held == null || !held.fits(sequences, sequenceLength)) {
      close(held);
      held =
          new Activations(
              config,
              outputs(),
              sequences,
              sequenceLength,
              !execution.recomputes(),
              execution.threads());
      activations = held;
      deltas = null;
    }
    return held;
  }

  private Activations.Deltas deltas(Activations used) {
    Activations.Deltas held = deltas;
    if (held == null) {
      held = new Activations.Deltas(used, config, execution.threads());
      deltas = held;
    }
    return held;
  }

  @Override
  public void close() {
    team.close();
    products.forEach(MatrixProducts::close);
    arena.close();
    close(activations);
    close(evaluated);
  }

  private static void close(@Nullable Activations held) {
    if (held != null) {
      held.close();
    }
  }
}

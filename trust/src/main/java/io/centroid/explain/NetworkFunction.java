package io.centroid.explain;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluator;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.InputGradients;
import io.centroid.nn.Learner;
import java.io.IOException;
import java.util.Arrays;

/**
 * A trained network as a function of rows as its data set has them, before normalization. Outputs
 * are those of {@link Learner#predict}: class probabilities, the probability of class 1 of a binary
 * classifier, or the prediction of a regression in the unit of its targets. Not thread-safe.
 */
public final class NetworkFunction implements GradientFunction, AutoCloseable {
  private static final int ROWS = 256;

  private final Normalization normalization;
  private final Learner learner;
  private final Batch batch;

  private NetworkFunction(TrainedModel trained, Learner learner) {
    this.normalization = trained.normalization();
    this.learner = learner;
    this.batch = new Batch(trained.network().input(), ROWS);
  }

  /**
   * Loads the parameters.
   *
   * @throws InputException if the model reads text: see {@link TextNetwork}
   */
  public static NetworkFunction of(TrainedModel trained) throws IOException {
    if (trained.network().architecture() instanceof Architecture.Gpt2) {
      throw new InputException(trained.path() + ": it reads text, expected a model of rows");
    }
    return new NetworkFunction(trained, learner(trained));
  }

  /** A learner with the trained parameters. */
  static Learner learner(TrainedModel trained) throws IOException {
    Learner learner = trained.network().newLearner();
    try {
      trained.requireLayout(learner.layout());
      learner.parameters().load(trained.parameters());
      return learner;
    } catch (IOException | RuntimeException | Error e) {
      learner.close();
      throw e;
    }
  }

  /** Whether the engine computes {@link #gradients}. */
  public boolean hasGradients() {
    return learner instanceof InputGradients differentiable && differentiable.hasInputGradients();
  }

  @Override
  public double[][] apply(float[][] rows) {
    double[][] outputs = new double[rows.length][];
    Examples examples = examples(rows);
    for (int from = 0; from < rows.length; from += ROWS) {
      batch.fill(examples, normalization, from, Math.min(from + ROWS, rows.length));
      copy(Evaluator.outputs(learner, normalization, batch), outputs, from, batch.size());
    }
    return outputs;
  }

  /** Copies rows of outputs. */
  static void copy(float[] flat, double[][] outputs, int from, int count) {
    int width = flat.length / count;
    for (int row = 0; row < count; row++) {
      double[] values = new double[width];
      for (int i = 0; i < width; i++) {
        values[i] = flat[row * width + i];
      }
      outputs[from + row] = values;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws InputException if the engine computes no gradients with respect to the inputs
   */
  @Override
  public float[][] gradients(float[][] rows, int output) {
    if (!(learner instanceof InputGradients differentiable)) {
      throw new InputException(
          "the model's engine computes no gradients with respect to the inputs");
    }
    float[][] gradients = new float[rows.length][];
    float[] scale = normalization.scale();
    Examples examples = examples(rows);
    for (int from = 0; from < rows.length; from += ROWS) {
      batch.fill(examples, normalization, from, Math.min(from + ROWS, rows.length));
      float[] flat = differentiable.inputGradients(batch, output);
      int width = batch.shape().size();
      for (int row = 0; row < batch.size(); row++) {
        gradients[from + row] = Arrays.copyOfRange(flat, row * width, (row + 1) * width);
        restoreUnits(gradients[from + row], scale);
      }
    }
    return gradients;
  }

  /** Chain rule of the normalization. */
  private void restoreUnits(float[] gradient, float[] scale) {
    double deviation = normalization.targets().deviation();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) (gradient[i] * deviation * scale[scale.length == 1 ? 0 : i]);
    }
  }

  private Examples examples(float[][] rows) {
    Examples.Builder examples =
        new Examples.Builder(batch.shape(), SourceSchema.FeatureKind.NUMBERS, rows.length);
    for (float[] row : rows) {
      if (row.length != batch.shape().size()) {
        throw new InputException(
            "an example has " + row.length + " values, the model takes " + batch.shape().size());
      }
      examples.addRow(row, Float.NaN);
    }
    return examples.build();
  }

  @Override
  public void close() {
    learner.close();
  }
}

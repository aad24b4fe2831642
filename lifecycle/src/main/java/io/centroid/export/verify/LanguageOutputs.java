package io.centroid.export.verify;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.generate.Generator;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.kernels.FloatVector;
import java.util.Arrays;

/** Outputs of a language model on Centroid's kernels. */
public final class LanguageOutputs implements Outputs {
  private final FloatVector parameters;
  private final Generator generator;

  private LanguageOutputs(Gpt2Config config, FloatVector parameters) {
    this.parameters = parameters;
    Gpt2Weights weights = Gpt2Weights.of(config, Gpt2Layout.of(config), parameters);
    this.generator = new Generator(config, weights, null, 1);
  }

  public static LanguageOutputs of(Gpt2Config config, float[] parameters) {
    FloatVector vector = FloatVector.allocate(parameters.length);
    vector.load(parameters);
    return new LanguageOutputs(config, vector);
  }

  @Override
  public void close() {
    generator.close();
    parameters.close();
  }

  @Override
  public float[] of(Examples examples, int from, int to) {
    return generator.scores(tokens(examples, from, to));
  }

  /** The input tokens of one window: all but the last. */
  static int[] tokens(Examples examples, int from, int to) {
    Batch batch = window(examples, from, to);
    return Arrays.copyOf(batch.tokens(), batch.lengths()[0] - 1);
  }

  /** The target tokens of one window: all but the first. */
  static int[] targets(Examples examples, int from, int to) {
    Batch batch = window(examples, from, to);
    return Arrays.copyOfRange(batch.tokens(), 1, batch.lengths()[0]);
  }

  private static Batch window(Examples examples, int from, int to) {
    if (to - from != 1) {
      throw new IllegalArgumentException("expected one window: " + from + " to " + to);
    }
    Batch batch = new Batch(examples.shape(), 1);
    batch.fill(examples, Normalization.NONE, from, to);
    return batch;
  }
}

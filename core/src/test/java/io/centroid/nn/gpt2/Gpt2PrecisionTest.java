package io.centroid.nn.gpt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.kernels.MlpFunction;
import io.centroid.nn.matrix.LowPrecision;
import io.centroid.nn.matrix.Precision;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.optim.AdamW;
import io.centroid.optim.Optimizer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training steps with products in bfloat16 against those in float32. */
class Gpt2PrecisionTest {
  private static final int LENGTH = 16;
  private static final int VOCABULARY = 61;
  private static final Gpt2Config CONFIG =
      new Gpt2Config(2, 2, 32, LENGTH, VOCABULARY, 128, Gpt2Config.Dropout.of(0.1f), 1e-5f);

  @BeforeEach
  void needsInstructions() {
    LowPrecision.assume(WeightFormat.BFLOAT16);
  }

  @ParameterizedTest
  @CsvSource({"1, 0, false, true", "2, 0, false, false", "3, 4, true, true"})
  void gradientIsNearTheOneInFloat(int threads, int rows, boolean recomputes, boolean tied) {
    Gpt2Config config =
        CONFIG.withVariant(new Gpt2Config.Variant(MlpFunction.GELU_TANH, true, false, tied));
    try (Gpt2Learner exact =
            learner(config, new Gpt2Execution(threads, rows, recomputes, Precision.FLOAT32));
        Gpt2Learner rounded =
            learner(config, new Gpt2Execution(threads, rows, recomputes, Precision.BFLOAT16))) {
      double loss = exact.gradient(batch(1), 7);

      assertThat(rounded.gradient(batch(1), 7))
          .isCloseTo(loss, within(2e-3 * loss))
          .isNotEqualTo(loss);

      for (Entry entry : exact.layout().entries()) {
        float[] expected = values(exact, entry);
        float[] found = values(rounded, entry);
        double error = 0;
        double squares = 0;
        for (int i = 0; i < expected.length; i++) {
          error += Math.pow(found[i] - (double) expected[i], 2);
          squares += Math.pow(expected[i], 2);
        }
        // A product that is missing or transposed makes an error of at least a half.
        assertThat(Math.sqrt(error / squares)).as(entry.name()).isBetween(1e-4, 0.03);
      }
    }
  }

  @Test
  void repetitionsAndRecomputationAreBitwiseIdentical() {
    float[] first = gradient(new Gpt2Execution(2, 0, false, Precision.BFLOAT16));

    assertThat(gradient(new Gpt2Execution(2, 0, false, Precision.BFLOAT16))).isEqualTo(first);
    assertThat(gradient(new Gpt2Execution(2, 0, true, Precision.BFLOAT16))).isEqualTo(first);
  }

  @Test
  void lossFallsAsInFloat() {
    double[] exact = losses(Precision.FLOAT32);
    double[] rounded = losses(Precision.BFLOAT16);

    int last = exact.length - 1;
    assertThat(exact[last]).isLessThan(0.7 * exact[0]);
    assertThat(rounded[last]).isCloseTo(exact[last], within(0.005 * exact[last]));
  }

  /** Mean losses of each ten of 200 steps of AdamW on texts in which a token predicts the next. */
  private static double[] losses(Precision precision) {
    double[] losses = new double[20];
    try (Gpt2Learner learner = learner(CONFIG, new Gpt2Execution(1, 0, false, precision))) {
      Optimizer optimizer = new Optimizer(learner.layout(), new AdamW(0.9, 0.99, 1e-8, 0.1));
      for (int step = 0; step < 200; step++) {
        losses[step / 10] += learner.gradient(batch(step), step) / 10;
        optimizer.step(learner.parameters(), learner.gradient(), 3e-3, 1, learner.team());
      }
    }
    return losses;
  }

  private static float[] gradient(Gpt2Execution execution) {
    try (Gpt2Learner learner = learner(CONFIG, execution)) {
      learner.gradient(batch(2), 3);
      learner.gradient(batch(1), 3);
      float[] gradient = new float[(int) learner.gradient().size()];
      learner.gradient().store(gradient);
      return gradient;
    }
  }

  private static float[] values(Gpt2Learner learner, Entry entry) {
    float[] values = new float[(int) entry.size()];
    learner.gradient().read(entry.offset(), values, values.length);
    return values;
  }

  private static Gpt2Learner learner(Gpt2Config config, Gpt2Execution execution) {
    Gpt2Learner learner = new Gpt2Learner(config, 0, execution);
    Gpt2Initialization.fill(config, learner.layout(), learner.parameters(), 5);
    return learner;
  }

  private static Batch batch(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Examples.Builder examples =
        new Examples.Builder(InputShape.row(LENGTH), SourceSchema.FeatureKind.TOKENS);
    for (int text = 0; text < 7; text++) {
      int[] tokens = new int[LENGTH + 1];
      tokens[0] = random.nextInt(VOCABULARY);
      for (int t = 1; t < tokens.length; t++) {
        tokens[t] = (3 * tokens[t - 1] + 1 + random.nextInt(3)) % VOCABULARY;
      }
      examples.addSpan(tokens, tokens.length);
    }
    Batch batch = new Batch(InputShape.row(LENGTH), 7);
    batch.fill(examples.build(), Normalization.NONE, 0, 7);
    return batch;
  }
}

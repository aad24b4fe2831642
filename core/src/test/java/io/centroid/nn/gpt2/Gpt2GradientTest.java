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
import io.centroid.nn.matrix.Precision;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hand-written gradient against central differences of the loss in double precision. */
final class Gpt2GradientTest {
  private static final double STEP = 1e-5;
  private static final long DROPOUT_SEED = 77;
  private static final int[][] TEXTS = {
    {3, 1, 4, 1, 5, 9}, {2, 6, 5, 3, 5, 8}, {9, 7, 9, 3, 2, 3}, {8, 4, 6, 2, 6, 4}
  };

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, false",
    "0, 3, 0, false",
    "0.3, 1, 0, false",
    "0.3, 2, 0, false",
    "0.3, 3, 3, true"
  })
  void languageModelGradientMatchesFiniteDifferences(
      float dropout, int threads, int rows, boolean recomputes) {
    Gpt2Config config = config(Gpt2Config.Dropout.of(dropout));
    Gpt2Learner learner =
        learner(config, 0, new Gpt2Execution(threads, rows, recomputes, Precision.FLOAT32));
    double[] parameters = parameters(learner);

    double loss = learner.gradient(windows(), DROPOUT_SEED);

    DoubleGpt2 exact = new DoubleGpt2(config, 0, DROPOUT_SEED);
    assertThat(loss).isCloseTo(exact.languageLoss(parameters, TEXTS), within(1e-5));
    requireGradient(learner, parameters, values -> exact.languageLoss(values, TEXTS));
  }

  @ParameterizedTest
  @CsvSource({
    "GELU_TANH, true, false, false",
    "GELU_TANH, false, false, true",
    "GELU_ERF, true, true, true",
    "GELU_SIGMOID, false, true, false",
    "SILU, true, false, true",
    "RELU, true, false, true",
    "TANH, true, true, false",
    "SIGMOID, true, false, true",
    "IDENTITY, true, false, true"
  })
  void gradientsOfVariantsMatchFiniteDifferences(
      MlpFunction activation, boolean scalesAttention, boolean scalesByLayer, boolean tied) {
    Gpt2Config config =
        config(Gpt2Config.Dropout.of(0.2f))
            .withVariant(new Gpt2Config.Variant(activation, scalesAttention, scalesByLayer, tied));
    // Micro-batches of three and one: the gradient is first overwritten and then added to.
    Gpt2Learner learner = learner(config, 0, new Gpt2Execution(2, 3, false, Precision.FLOAT32));
    double[] parameters = parameters(learner);

    learner.gradient(windows(), DROPOUT_SEED);
    double loss = learner.gradient(windows(), DROPOUT_SEED);

    DoubleGpt2 exact = new DoubleGpt2(config, 0, DROPOUT_SEED);
    assertThat(loss).isCloseTo(exact.languageLoss(parameters, TEXTS), within(1e-5));
    requireGradient(learner, parameters, values -> exact.languageLoss(values, TEXTS));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.2, 2"})
  void classifierGradientMatchesFiniteDifferences(float dropout, int threads) {
    Gpt2Config config = config(new Gpt2Config.Dropout(dropout, 0, dropout));
    Gpt2Learner learner =
        learner(config, 3, new Gpt2Execution(threads, 0, false, Precision.FLOAT32));
    double[] parameters = parameters(learner);
    int[] lengths = {6, 2, 4, 1};
    int[] classes = {2, 0, 1, 1};
    Examples.Builder examples = builder(6);
    for (int s = 0; s < TEXTS.length; s++) {
      examples.addText(TEXTS[s], lengths[s], classes[s]);
    }

    double loss = learner.gradient(batch(examples, 6), DROPOUT_SEED);

    DoubleGpt2 exact = new DoubleGpt2(config, 3, DROPOUT_SEED);
    ToDoubleFunction<double[]> classLoss =
        values -> exact.classLoss(values, TEXTS, lengths, classes);
    assertThat(loss).isCloseTo(classLoss.applyAsDouble(parameters), within(1e-5));
    requireGradient(learner, parameters, classLoss);
  }

  /** Tests each site alone, so that no site can stand in for another. */
  @Test
  void dropoutIsAppliedAtEverySite() {
    double without = loss(Gpt2Config.Dropout.NONE);
    for (Gpt2Config.Dropout one :
        new Gpt2Config.Dropout[] {
          new Gpt2Config.Dropout(0.4f, 0, 0),
          new Gpt2Config.Dropout(0, 0.4f, 0),
          new Gpt2Config.Dropout(0, 0, 0.4f)
        }) {
      Gpt2Config config = config(one);
      double[] parameters = parameters(learner(config, 0, Gpt2Execution.DEFAULT));
      assertThat(loss(one))
          .isNotEqualTo(without)
          .isCloseTo(
              new DoubleGpt2(config, 0, DROPOUT_SEED).languageLoss(parameters, TEXTS),
              within(1e-5));
    }
  }

  private static double loss(Gpt2Config.Dropout dropout) {
    return learner(config(dropout), 0, Gpt2Execution.DEFAULT).gradient(windows(), DROPOUT_SEED);
  }

  private static void requireGradient(
      Gpt2Learner learner, double[] parameters, ToDoubleFunction<double[]> loss) {
    for (Entry entry : learner.layout().entries()) {
      double worst = 0;
      double largest = 0;
      float[] gradient = new float[(int) entry.size()];
      learner.gradient().read(entry.offset(), gradient, gradient.length);
      for (int i = 0; i < gradient.length; i++) {
        int at = (int) entry.offset() + i;
        double value = parameters[at];
        parameters[at] = value + STEP;
        double above = loss.applyAsDouble(parameters);
        parameters[at] = value - STEP;
        double below = loss.applyAsDouble(parameters);
        parameters[at] = value;
        double numeric = (above - below) / (2 * STEP);
        worst = Math.max(worst, Math.abs(numeric - gradient[i]));
        largest = Math.max(largest, Math.abs(numeric));
      }
      assertThat(largest).as(entry.name()).isGreaterThan(1e-4);
      assertThat(worst).as(entry.name()).isLessThan(2e-5 * Math.max(largest, 0.05));
    }
  }

  private static Gpt2Config config(Gpt2Config.Dropout dropout) {
    return new Gpt2Config(2, 2, 8, 6, 10, 20, dropout, 1e-5f);
  }

  /** A learner with larger parameters than the initial ones, so that every path contributes. */
  private static Gpt2Learner learner(Gpt2Config config, int classes, Gpt2Execution execution) {
    Gpt2Learner learner = new Gpt2Learner(config, classes, execution);
    SplittableRandom random = new SplittableRandom(3);
    float[] values = new float[(int) learner.layout().parameterCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-0.6, 0.6);
    }
    learner.parameters().load(values);
    return learner;
  }

  private static double[] parameters(Gpt2Learner learner) {
    float[] values = new float[(int) learner.layout().parameterCount()];
    learner.parameters().store(values);
    double[] parameters = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      parameters[i] = values[i];
    }
    return parameters;
  }

  private static Batch windows() {
    Examples.Builder examples = builder(5);
    for (int[] text : TEXTS) {
      examples.addSpan(text, text.length);
    }
    return batch(examples, 5);
  }

  private static Examples.Builder builder(int block) {
    return new Examples.Builder(InputShape.row(block), SourceSchema.FeatureKind.TOKENS);
  }

  private static Batch batch(Examples.Builder examples, int block) {
    Batch batch = new Batch(InputShape.row(block), TEXTS.length);
    batch.fill(examples.build(), Normalization.NONE, 0, TEXTS.length);
    return batch;
  }
}

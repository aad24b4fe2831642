package io.centroid.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.checkpoint.LayoutTensor;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.error.InputException;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.text.bpe.BpeTraining;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Explanations of the built-in networks. */
class NetworkFunctionTest {
  private static final Normalization SCALED =
      new Normalization(new float[] {1, -2, 0, 3}, new float[] {0.5f, 2, 1, 0.25f});

  @ParameterizedTest
  @EnumSource(Loss.class)
  void gradientsAreThoseOfTheOutputsByTheRawFeatures(Loss loss) throws IOException {
    Normalization normalization =
        loss.classifies() ? SCALED : SCALED.withTargets(new TargetScaling(10, 7));
    try (NetworkFunction network = NetworkFunction.of(mlp(loss, normalization))) {
      assertThat(network.hasGradients()).isTrue();
      float[][] rows = Models.rows(300, 4, 3);
      int outputs = network.apply(rows)[0].length;
      for (int output = 0; output < outputs; output++) {
        float[][] found = network.gradients(rows, output);
        assertThat(found).hasDimensions(300, 4);
        double largest = 0;
        for (int row : new int[] {0, 255, 256, 299}) {
          for (int feature = 0; feature < 4; feature++) {
            double expected = difference(network, rows[row], feature, output);
            assertThat((double) found[row][feature]).isCloseTo(expected, within(2e-3));
            largest = Math.max(largest, Math.abs(expected));
          }
        }
        assertThat(largest).isGreaterThan(0.05);
      }
    }
  }

  private static double difference(NetworkFunction network, float[] row, int feature, int output) {
    float step = 1 / 1024f;
    float[] above = row.clone();
    float[] below = row.clone();
    above[feature] += step;
    below[feature] -= step;
    double[][] outputs = network.apply(new float[][] {above, below});
    return (outputs[0][output] - outputs[1][output]) / ((double) above[feature] - below[feature]);
  }

  @Test
  void allMethodsSumToTheDifferenceOfThePrediction() throws IOException {
    try (NetworkFunction network = NetworkFunction.of(mlp(Loss.CROSS_ENTROPY, SCALED))) {
      float[] input = Models.rows(1, 4, 8)[0];
      float[][] background = Models.rows(12, 4, 9);
      MaskedModel masked = new MaskedModel(network, input, background, MaskedModel.columns(4));
      double[] value = network.apply(new float[][] {input})[0];
      List<Attribution> shap = new KernelShap(100, 1).explain(masked);
      assertThat(shap).hasSize(3);
      for (int output = 0; output < 3; output++) {
        assertThat(shap.get(output).value()).isCloseTo(value[output], within(1e-12));
        assertThat(shap.get(output).gap()).isCloseTo(0, within(1e-9));
        Attribution expected =
            new ExpectedGradients(2400, 1).explain(network, input, background, output);
        assertThat(expected.value()).isEqualTo(value[output]);
        assertThat(expected.base()).isCloseTo(shap.get(output).base(), within(1e-6));
        assertThat(expected.gap()).isCloseTo(0, within(1e-3));
        Attribution integrated =
            new ExpectedGradients(500, 1).explain(network, input, new float[1][4], output);
        assertThat(integrated.gap()).isCloseTo(0, within(1e-3));
      }
      // Probabilities sum to 1, so contributions to all classes cancel.
      for (int feature = 0; feature < 4; feature++) {
        int column = feature;
        assertThat(shap.stream().mapToDouble(found -> found.contributions()[column]).sum())
            .isCloseTo(0, within(1e-6));
      }
    }
  }

  @Test
  void wordsOfATextClassifierAreExplained() throws IOException {
    TrainedModel model = classifier();
    assertThatThrownBy(() -> NetworkFunction.of(model)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> TextNetwork.of(mlp(Loss.CROSS_ENTROPY, SCALED)))
        .isInstanceOf(InputException.class);
    try (TextNetwork network = TextNetwork.of(model)) {
      double[][] outputs = network.apply(List.of("good film", "", "a".repeat(100)));
      for (double[] probabilities : outputs) {
        assertThat(Arrays.stream(probabilities).sum()).isCloseTo(1, within(1e-5));
      }
      MaskedText text = new MaskedText(network, "a good film by us", "");
      List<Attribution> exact = new ExactShapley().explain(text);
      List<Attribution> kernel = new KernelShap(30, 1).explain(text);
      for (int output = 0; output < 3; output++) {
        assertThat(exact.get(output).contributions()).hasSize(5);
        assertThat(Models.largestDifference(exact.get(output), kernel.get(output)))
            .isLessThan(1e-6);
        assertThat(exact.get(output).gap()).isCloseTo(0, within(1e-9));
        assertThat(
                Arrays.stream(exact.get(output).contributions()).map(Math::abs).max().orElseThrow())
            .isGreaterThan(1e-3);
      }
    }
  }

  private static TrainedModel mlp(Loss loss, Normalization normalization) throws IOException {
    return model(
        new NetworkSpec(
            new Architecture.Mlp(List.of(9, 5), Activation.TANH),
            InputShape.row(4),
            loss == Loss.CROSS_ENTROPY ? 3 : 1,
            loss,
            5),
        normalization,
        Map.of());
  }

  private static TrainedModel classifier() throws IOException {
    return model(
        new NetworkSpec(
            new Architecture.Gpt2(
                new Gpt2Config(2, 2, 16, 20, 300, 64, Gpt2Config.Dropout.NONE, 1e-5f),
                true,
                Gpt2Execution.DEFAULT),
            InputShape.row(20),
            3,
            Loss.CROSS_ENTROPY,
            11),
        Normalization.NONE,
        BpeTraining.train(Map.of("good", 9L, " film", 7L), 265, 1).files());
  }

  /** Initial parameters times 2: the outputs vary. */
  private static TrainedModel model(
      NetworkSpec spec, Normalization normalization, Map<String, byte[]> tokenizerFiles)
      throws IOException {
    try (Learner learner = spec.newLearner()) {
      float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
      learner.parameters().store(parameters);
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] *= 2;
      }
      return new TrainedModel(
          "/runs/test/checkpoints/step-00000100",
          spec,
          normalization,
          learner.layout().entries().stream()
              .map(
                  entry ->
                      new LayoutTensor(
                          entry.name(),
                          entry.shape(),
                          entry.role().name().toLowerCase(Locale.ROOT)))
              .toList(),
          7,
          2,
          Map.of(),
          List.of(),
          null,
          tokenizerFiles,
          Optional.empty(),
          () -> parameters);
    }
  }
}

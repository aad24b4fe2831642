package io.centroid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.InputException;
import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.model.ParameterLayout.Entry;
import io.centroid.model.ParameterLayout.Role;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Dl4jLearnerTest {

  static Stream<Arguments> activationsAndLosses() {
    return Arrays.stream(Activation.values())
        .flatMap(
            activation -> Arrays.stream(Loss.values()).map(loss -> Arguments.of(activation, loss)));
  }

  @ParameterizedTest
  @MethodSource("activationsAndLosses")
  void gradientsOfDenseLayersAreThoseOfFiniteDifferences(Activation activation, Loss loss) {
    requireRightGradients(mlp(activation, loss));
  }

  @ParameterizedTest
  @MethodSource("activationsAndLosses")
  void gradientsOfConvolutionsAreThoseOfFiniteDifferences(Activation activation, Loss loss) {
    requireRightGradients(
        new NetworkSpec(
            new Architecture.Cnn(List.of(2, 3), 2, List.of(5), activation),
            new InputShape(2, 8, 7),
            loss == Loss.CROSS_ENTROPY ? 4 : 1,
            loss,
            3));
  }

  private static void requireRightGradients(NetworkSpec spec) {
    Learner learner = Learners.create(spec);
    float[] parameters = randomised(learner);
    double[] exact = new double[parameters.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = parameters[i];
    }
    Batch batch = Batches.random(spec, 7, 5);
    PlainNetwork plain = new PlainNetwork(spec);
    double loss = learner.gradient(batch, 1);
    assertThat(loss).isCloseTo(plain.loss(exact, batch), within(1e-5 * Math.max(1, loss)));
    double[] expected = plain.gradient(exact, batch);
    float[] found = new float[expected.length];
    learner.gradient().store(found);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(largest).isGreaterThan(1e-3);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i])
          .as("slope %d", i)
          .isCloseTo(expected[i], within(1e-4 * largest));
    }
    float[] outputs = learner.predict(batch);
    double[] first = plain.output(exact, row(batch, spec));
    for (int i = 0; i < first.length; i++) {
      assertThat((double) outputs[i]).isCloseTo(first[i], within(1e-5));
    }
  }

  private static double[] row(Batch batch, NetworkSpec spec) {
    double[] row = new double[spec.input().size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = batch.inputs()[i];
    }
    return row;
  }

  private static float[] randomised(Learner learner) {
    SplittableRandom random = new SplittableRandom(11);
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (random.nextDouble() - 0.5);
    }
    learner.parameters().load(parameters);
    return parameters;
  }

  @Test
  void theLayoutNamesTensorsInPytorchsShapes() {
    ParameterLayout dense = Learners.create(mlp(Activation.RELU, Loss.CROSS_ENTROPY)).layout();
    assertThat(dense.entries())
        .containsExactly(
            new Entry("0.weight", List.of(5L, 3L), 0, Role.WEIGHT),
            new Entry("0.bias", List.of(5L), 15, Role.BIAS),
            new Entry("1.weight", List.of(4L, 5L), 20, Role.WEIGHT),
            new Entry("1.bias", List.of(4L), 40, Role.BIAS),
            new Entry("2.weight", List.of(4L, 4L), 44, Role.WEIGHT),
            new Entry("2.bias", List.of(4L), 60, Role.BIAS));
    NetworkSpec images =
        new NetworkSpec(
            new Architecture.Cnn(List.of(3), 5, List.of(), Activation.RELU),
            new InputShape(2, 8, 8),
            4,
            Loss.CROSS_ENTROPY,
            1);
    assertThat(Learners.create(images).layout().entries())
        .containsExactly(
            new Entry("0.bias", List.of(3L), 0, Role.BIAS),
            new Entry("0.weight", List.of(3L, 2L, 5L, 5L), 3, Role.WEIGHT),
            new Entry("2.weight", List.of(4L, 12L), 153, Role.WEIGHT),
            new Entry("2.bias", List.of(4L), 201, Role.BIAS));
  }

  @Test
  void aWeightStandsWhereItsRowAndColumnSay() {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Mlp(List.of(4), Activation.IDENTITY),
            InputShape.row(3),
            1,
            Loss.MEAN_SQUARED_ERROR,
            1);
    Learner learner = Learners.create(spec);
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    Entry first = learner.layout().entries().get(0);
    Entry last = learner.layout().entries().get(2);
    parameters[(int) first.offset() + 2 * 3 + 1] = 3;
    parameters[(int) last.offset() + 2] = 5;
    learner.parameters().load(parameters);
    Batch batch = Batches.of(InputShape.row(3), new float[][] {{10, 7, 100}}, new float[] {0});
    assertThat(learner.predict(batch)).containsExactly(105);
  }

  @Test
  void equalSpecsStartFromEqualBitsAndAnotherSeedFromOthers() {
    float[] one = initial(mlp(Activation.TANH, Loss.CROSS_ENTROPY));
    assertThat(initial(mlp(Activation.TANH, Loss.CROSS_ENTROPY))).isEqualTo(one);
    NetworkSpec spec = mlp(Activation.TANH, Loss.CROSS_ENTROPY);
    assertThat(
            initial(
                new NetworkSpec(
                    spec.architecture(), spec.input(), spec.outputs(), spec.loss(), 99)))
        .isNotEqualTo(one);
  }

  @Test
  void aUsedLearnerGivesTheBitsOfAFreshOne() {
    NetworkSpec spec = mlp(Activation.GELU, Loss.CROSS_ENTROPY);
    float[] parameters = initial(spec);
    Learner used = Learners.create(spec);
    randomised(used);
    used.gradient(Batches.random(spec, 5, 1), 8);
    used.predict(Batches.random(spec, 3, 2));
    used.parameters().load(parameters);
    Learner fresh = Learners.create(spec);
    Batch batch = Batches.random(spec, 6, 3);
    assertThat(used.gradient(batch, 4)).isEqualTo(fresh.gradient(batch, 4));
    assertThat(slopes(used)).isEqualTo(slopes(fresh));
    assertThat(used.predict(batch)).isEqualTo(fresh.predict(batch));
  }

  @Test
  void anImageThatConvolutionsUseUpIsRefused() {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Cnn(List.of(2, 2), 5, List.of(), Activation.RELU),
            new InputShape(1, 10, 10),
            2,
            Loss.CROSS_ENTROPY,
            1);
    assertThatThrownBy(() -> Learners.create(spec))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "model.channels has 2 convolutions of 5x5, but an image of 1x10x10 is used up after 1");
  }

  static float[] slopes(Learner learner) {
    float[] slopes = new float[Math.toIntExact(learner.gradient().size())];
    learner.gradient().store(slopes);
    return slopes;
  }

  static float[] initial(NetworkSpec spec) {
    Learner learner = Learners.create(spec);
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    learner.parameters().store(parameters);
    return parameters;
  }

  private static NetworkSpec mlp(Activation activation, Loss loss) {
    return new NetworkSpec(
        new Architecture.Mlp(List.of(5, 4), activation),
        InputShape.row(3),
        loss == Loss.CROSS_ENTROPY ? 4 : 1,
        loss,
        3);
  }
}

package io.centroid.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Batches;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import io.centroid.nn.PlainNetwork;
import io.centroid.nn.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Dl4jLearnerTest {

  @ParameterizedTest
  @MethodSource("io.centroid.nn.PlainNetwork#denseNetworks")
  void denseNetworksMatchTheCpuEngine(NetworkSpec spec) {
    Learner dense = spec.engine().create(spec);
    Learner dl4j = new Dl4jEngine().create(spec);
    assertThat(dense.layout()).isEqualTo(dl4j.layout());
    assertThat(Vectors.values(dense.parameters())).isEqualTo(Vectors.values(dl4j.parameters()));
    float[] parameters = PlainNetwork.randomized(dense);
    dl4j.parameters().load(parameters);
    // The second batch is smaller, as at the end of an epoch; the third is larger.
    for (int rows : new int[] {33, 7, 64}) {
      Batch batch = Batches.random(spec, rows, rows);
      double expected = dl4j.gradient(batch, 1);
      assertThat(dense.gradient(batch, 1)).isCloseTo(expected, within(1e-5 * (1 + expected)));
      PlainNetwork.requireNear(
          spec, dense, Vectors.values(dl4j.gradient()), Vectors.values(dense.gradient()), 1e-5);
      float[] outputs = dense.predict(batch);
      float[] expectedOutputs = dl4j.predict(batch);
      assertThat(outputs).hasSameSizeAs(expectedOutputs);
      for (int i = 0; i < outputs.length; i++) {
        assertThat(outputs[i])
            .isCloseTo(expectedOutputs[i], within(2e-6f * (1 + Math.abs(expectedOutputs[i]))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("activationsAndLosses")
  void inputGradientsMatchFiniteDifferences(Activation activation, Loss loss) {
    PlainNetwork.requireInputGradientsMatch(
        new NetworkSpec(
            new Architecture.Cnn(List.of(2, 3), 2, List.of(5), activation),
            new InputShape(2, 9, 8),
            loss == Loss.CROSS_ENTROPY ? 4 : 1,
            loss,
            3,
            new Dl4jEngine()));
  }

  static Stream<Arguments> activationsAndLosses() {
    return Arrays.stream(Activation.values())
        .flatMap(
            activation -> Arrays.stream(Loss.values()).map(loss -> Arguments.of(activation, loss)));
  }

  @ParameterizedTest
  @MethodSource("activationsAndLosses")
  void gradientsOfConvolutionsAreThoseOfFiniteDifferences(Activation activation, Loss loss) {
    PlainNetwork.requireGradientsMatch(
        new NetworkSpec(
            new Architecture.Cnn(List.of(2, 3), 2, List.of(5), activation),
            new InputShape(2, 8, 7),
            loss == Loss.CROSS_ENTROPY ? 4 : 1,
            loss,
            3,
            new Dl4jEngine()));
  }

  @Test
  void layoutUsesPytorchShapes() {
    NetworkSpec images =
        new NetworkSpec(
            new Architecture.Cnn(List.of(3), 5, List.of(), Activation.RELU),
            new InputShape(2, 8, 8),
            4,
            Loss.CROSS_ENTROPY,
            1,
            new Dl4jEngine());
    assertThat(images.layout().entries())
        .containsExactly(
            new Entry("0.bias", List.of(3L), 0, Role.BIAS),
            new Entry("0.weight", List.of(3L, 2L, 5L, 5L), 3, Role.WEIGHT),
            new Entry("2.weight", List.of(4L, 12L), 153, Role.WEIGHT),
            new Entry("2.bias", List.of(4L), 201, Role.BIAS));
  }

  @Test
  void usedLearnerIsBitwiseIdenticalToAFreshOne() {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Cnn(List.of(3), 2, List.of(5), Activation.GELU),
            new InputShape(1, 6, 6),
            4,
            Loss.CROSS_ENTROPY,
            3,
            new Dl4jEngine());
    float[] parameters = Vectors.initial(spec);
    Learner used = spec.engine().create(spec);
    PlainNetwork.randomized(used);
    used.gradient(Batches.random(spec, 5, 1), 8);
    used.predict(Batches.random(spec, 3, 2));
    used.parameters().load(parameters);
    Learner fresh = spec.engine().create(spec);
    Batch batch = Batches.random(spec, 6, 3);
    assertThat(used.gradient(batch, 4)).isEqualTo(fresh.gradient(batch, 4));
    assertThat(Vectors.values(used.gradient())).isEqualTo(Vectors.values(fresh.gradient()));
    assertThat(used.predict(batch)).isEqualTo(fresh.predict(batch));
  }

  @Test
  void rejectsImagesTooSmallForTheConvolutions() {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Cnn(List.of(2, 2), 5, List.of(), Activation.RELU),
            new InputShape(1, 10, 10),
            2,
            Loss.CROSS_ENTROPY,
            1,
            new Dl4jEngine());
    assertThatThrownBy(() -> spec.engine().create(spec))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "model.channels has 2 convolutions with a kernel of 5x5, but an image of 1x10x10 is too"
                + " small after 1");
  }

  @Test
  void closedNetworkCannotBeUsed() {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Cnn(List.of(3), 5, List.of(), Activation.RELU),
            new InputShape(2, 8, 8),
            4,
            Loss.CROSS_ENTROPY,
            1,
            new Dl4jEngine());
    Learner learner = spec.newLearner();
    learner.gradient(Batches.random(spec, 3, 1), 1);
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    learner.close();
    learner.close();
    assertThatThrownBy(() -> learner.parameters().store(parameters))
        .isInstanceOf(IllegalStateException.class);
  }
}

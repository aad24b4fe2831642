package io.centroid.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.device.Device;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Batches;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.InputGradients;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.PlainNetwork;
import io.centroid.nn.Vectors;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.optim.GradientNorm;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.Stepper;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Parity of dense networks with the engine cpu, and of convolutional ones with dl4j. */
class FeedForwardTorchLearnerTest {
  private static final NetworkSpec MNIST =
      spec(784, List.of(128), Activation.RELU, 10, Loss.CROSS_ENTROPY);

  static Stream<Arguments> networks() {
    return Stream.of(
            MNIST,
            spec(7, List.of(), Activation.RELU, 3, Loss.CROSS_ENTROPY),
            spec(1, List.of(5), Activation.TANH, 1, Loss.MEAN_SQUARED_ERROR),
            spec(9, List.of(8, 6), Activation.SIGMOID, 1, Loss.BINARY_CROSS_ENTROPY),
            spec(9, List.of(8, 6), Activation.GELU, 1, Loss.MEAN_SQUARED_ERROR),
            spec(9, List.of(8), Activation.IDENTITY, 4, Loss.CROSS_ENTROPY))
        .flatMap(spec -> Stream.of(Arguments.of(spec, false), Arguments.of(spec, true)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void computesWhatTheEngineCpuComputes(NetworkSpec spec, boolean mirrored) {
    try (Learner cpu = new CpuEngine().create(spec);
        Learner torch = Comparisons.learner(spec, mirrored)) {
      assertThat(Vectors.values(torch.parameters())).isEqualTo(Vectors.values(cpu.parameters()));
      for (int size : new int[] {64, 64, 17}) {
        Batch batch = Batches.random(spec, size, size);
        double loss = cpu.gradient(batch, 1);
        assertThat(torch.gradient(batch, 1)).isCloseTo(loss, within(1e-6 * loss));
        Comparisons.assertGradients(torch, cpu, 1e-5);
        assertThat(torch.predict(batch)).containsExactly(cpu.predict(batch), within(1e-6f));
      }
    }
  }

  /** Without clipping, and with clipping that halves gradients or more. */
  @ParameterizedTest
  @CsvSource({"SGD, 0", "NESTEROV, 0", "ADAMW, 0", "SGD, 0.01"})
  void aMeasuredStepIsBitwiseIdenticalAndHasTheNormOfTheEngineCpu(
      OptimizerSettings.Name name, double clipNorm) {
    OptimizerSettings settings =
        new OptimizerSettings(
            name.rule(0.9, 0, 0.9, 0.999, 1e-8),
            0.05,
            OptimizerSettings.LearningRateScaling.NONE,
            clipNorm,
            new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
    try (Learner cpu = new CpuEngine().create(MNIST);
        Learner plain = Comparisons.learner(MNIST, true);
        Learner measured = Comparisons.learner(MNIST, true)) {
      Stepper plainSteps = Stepper.of(plain, settings);
      Stepper measuredSteps = Stepper.of(measured, settings);
      plainSteps.reset();
      measuredSteps.reset();
      for (int step = 0; step < 3; step++) {
        Batch batch = Batches.random(MNIST, 16, step);
        cpu.parameters().load(Vectors.values(measured.parameters()));
        double unused = cpu.gradient(batch, 0);
        double norm = new GradientNorm(cpu.layout()).of(cpu.gradient(), cpu.team());
        assertThat(measuredSteps.measuredStep(batch, step, 0.05).gradientNorm())
            .isCloseTo(norm, within(1e-5 * norm));
        double loss = plainSteps.step(batch, step, 0.05);
        assertThat(FloatVector.sha256(Vectors.values(measured.parameters())))
            .isEqualTo(FloatVector.sha256(Vectors.values(plain.parameters())));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"RELU, false", "TANH, true", "GELU, false"})
  void convolutionsComputeWhatTheEngineDl4jComputes(Activation activation, boolean mirrored) {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Cnn(List.of(4, 3), 3, List.of(6), activation),
            new InputShape(2, 13, 12),
            5,
            Loss.CROSS_ENTROPY,
            3);
    try (Learner dl4j = new Dl4jEngine().create(spec);
        Learner torch = Comparisons.learner(spec, mirrored)) {
      assertThat(torch.layout()).isEqualTo(dl4j.layout());
      dl4j.parameters().load(Vectors.values(torch.parameters()));
      Batch batch = Batches.random(spec, 9, 1);
      double loss = dl4j.gradient(batch, 1);
      assertThat(torch.gradient(batch, 1)).isCloseTo(loss, within(1e-6 * loss));
      Comparisons.assertGradients(torch, dl4j, 1e-5);
      assertThat(torch.predict(batch)).containsExactly(dl4j.predict(batch), within(1e-6f));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void inputGradientsAreThoseOfTheEngineCpu(NetworkSpec spec, boolean mirrored) {
    try (Learner cpu = new CpuEngine().create(spec);
        Learner torch = Comparisons.learner(spec, mirrored)) {
      Batch batch = Batches.random(spec, 17, 3);
      double loss = torch.gradient(batch, 1);
      for (int output = 0; output < spec.outputs(); output++) {
        float[] expected = ((InputGradients) cpu).inputGradients(batch, output);
        assertThat(((InputGradients) torch).inputGradients(batch, output))
            .containsExactly(expected, within(1e-6f));
      }
      assertThat(torch.gradient(batch, 1)).isEqualTo(loss);
      double unused = cpu.gradient(batch, 1);
      Comparisons.assertGradients(torch, cpu, 1e-5);
    }
  }

  @Test
  void inputGradientsOfConvolutionsMatchFiniteDifferences() {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Cnn(List.of(4, 3), 3, List.of(6), Activation.TANH),
            new InputShape(2, 13, 12),
            5,
            Loss.CROSS_ENTROPY,
            3,
            new TorchEngine(Device.Kind.CPU));
    PlainNetwork.requireInputGradientsMatch(spec);
  }

  @Test
  void allEnginesAgreeOnTheMnistNetwork() {
    try (Learner cpu = new CpuEngine().create(MNIST);
        Learner dl4j = new Dl4jEngine().create(MNIST);
        Learner torch = Comparisons.learner(MNIST, false)) {
      Batch batch = Batches.random(MNIST, 64, 2);
      double loss = cpu.gradient(batch, 1);
      assertThat(dl4j.gradient(batch, 1)).isCloseTo(loss, within(1e-6 * loss));
      assertThat(torch.gradient(batch, 1)).isCloseTo(loss, within(1e-6 * loss));
      Comparisons.assertGradients(dl4j, cpu, 1e-5);
      Comparisons.assertGradients(torch, dl4j, 1e-5);
    }
  }

  @Test
  void usesParametersThatAreWrittenAfterAPass() {
    for (boolean mirrored : new boolean[] {false, true}) {
      try (Learner torch = Comparisons.learner(MNIST, mirrored)) {
        Batch batch = Batches.random(MNIST, 4, 1);
        float[] before = torch.predict(batch);
        torch.parameters().load(new float[(int) torch.layout().parameterCount()]);
        assertThat(torch.predict(batch)).isNotEqualTo(before).containsOnly(0.1f);
      }
    }
  }

  static NetworkSpec spec(
      int inputs, List<Integer> hidden, Activation activation, int outputs, Loss loss) {
    return new NetworkSpec(
        new Architecture.Mlp(hidden, activation), InputShape.row(inputs), outputs, loss, 7);
  }
}

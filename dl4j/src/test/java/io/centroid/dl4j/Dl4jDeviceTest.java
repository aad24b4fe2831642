package io.centroid.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.device.Device;
import io.centroid.error.InputException;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Batches;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.PlainNetwork;
import io.centroid.nn.Vectors;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine on devices, without a GPU: what differs on CUDA and can be forced on the CPU. */
class Dl4jDeviceTest {
  private static final NetworkSpec MNIST =
      new NetworkSpec(
          new Architecture.Mlp(List.of(128), Activation.RELU),
          new InputShape(1, 28, 28),
          10,
          Loss.CROSS_ENTROPY,
          7,
          new Dl4jEngine());

  static Stream<NetworkSpec> networks() {
    return Stream.of(
        MNIST,
        new NetworkSpec(
            new Architecture.Mlp(List.of(9, 5), Activation.TANH),
            InputShape.row(6),
            1,
            Loss.MEAN_SQUARED_ERROR,
            3,
            new Dl4jEngine()),
        new NetworkSpec(
            new Architecture.Cnn(List.of(3), 2, List.of(5), Activation.GELU),
            new InputShape(1, 6, 6),
            4,
            Loss.CROSS_ENTROPY,
            3,
            new Dl4jEngine()));
  }

  /** On a GPU the learner's vectors are copies. */
  @ParameterizedTest
  @MethodSource("networks")
  void copiedVectorsAreBitwiseIdenticalToSharedOnes(NetworkSpec spec) {
    Nd4jLibrary.require(Device.Kind.CPU);
    try (Dl4jLearner shared = Dl4jLearner.create(spec, OptionalInt.empty(), HostVector::shared);
        Dl4jLearner copied = Dl4jLearner.create(spec, OptionalInt.of(0), HostVector::mirror)) {
      assertThat(Vectors.values(copied.parameters()))
          .isEqualTo(Vectors.values(shared.parameters()));
      for (int step = 0; step < 4; step++) {
        // An odd step leaves the parameters as they are.
        if (step % 2 == 0) {
          float[] parameters = PlainNetwork.randomized(shared);
          parameters[step] = step;
          shared.parameters().load(parameters);
          copied.parameters().load(parameters);
        }
        Batch batch = Batches.random(spec, 5 + step, step);
        assertThat(copied.predict(batch)).isEqualTo(shared.predict(batch));
        assertThat(copied.gradient(batch, step)).isEqualTo(shared.gradient(batch, step));
        assertThat(Vectors.values(copied.gradient())).isEqualTo(Vectors.values(shared.gradient()));
      }
    }
  }

  @Test
  void gradientsOfTheMnistNetworkAreThoseOfTheCpuEngine() {
    Nd4jLibrary.require(Device.Kind.CPU);
    try (Learner cpu = new CpuEngine().create(MNIST);
        Dl4jLearner copied = Dl4jLearner.create(MNIST, OptionalInt.of(0), HostVector::mirror)) {
      assertThat(Vectors.values(copied.parameters())).isEqualTo(Vectors.values(cpu.parameters()));
      Batch batch = Batches.random(MNIST, 64, 1);
      double loss = cpu.gradient(batch, 1);
      assertThat(copied.gradient(batch, 1)).isCloseTo(loss, within(1e-5 * (1 + loss)));
      PlainNetwork.requireNear(
          MNIST, cpu, Vectors.values(cpu.gradient()), Vectors.values(copied.gradient()), 1e-5);
    }
  }

  @Test
  void withoutTheCudaBackendOnTheClassPathCudaIsRefused() {
    NetworkSpec spec =
        new NetworkSpec(
            MNIST.architecture(),
            MNIST.input(),
            MNIST.outputs(),
            MNIST.loss(),
            MNIST.seed(),
            new Dl4jEngine(Device.Kind.CUDA));
    String expected =
        "compute.device = cuda: compute.engine = dl4j needs ND4J's CUDA backend: put centroid.jar,"
            + " lib/dl4j/* and lib/dl4j-cuda/* on spark.driver.extraClassPath and"
            + " spark.executor.extraClassPath, or set CENTROID_DL4J_CUDA=true for commands on one"
            + " machine";
    assertThatThrownBy(() -> spec.newLearner(Device.cuda("0")))
        .isInstanceOf(InputException.class)
        .hasMessage(expected);
    assertThatThrownBy(spec::versions).isInstanceOf(InputException.class).hasMessage(expected);
    assertThat(new Dl4jEngine().gpus()).isEmpty();
  }

  /** A driver needs no GPU. */
  @Test
  void layoutsAreComputedOnTheBackendThatThereIs() {
    NetworkSpec network =
        new NetworkSpec(
            new Architecture.Cnn(List.of(3), 2, List.of(5), Activation.GELU),
            new InputShape(1, 6, 6),
            4,
            Loss.CROSS_ENTROPY,
            3,
            new Dl4jEngine());
    assertThat(new Dl4jEngine(Device.Kind.CUDA).layout(network)).isEqualTo(network.layout());
    assertThat(network.versions()).containsEntry("backend", "CPU");
  }

  /** The CUDA backend is not on the class path of the tests. */
  @Test
  void withoutItsCudaBackendTheEngineIsForCpusOnly() {
    assertThat(new Dl4jEngine().on(Device.Kind.CUDA)).isEmpty();
    assertThat(new Dl4jEngine().gpus()).isEmpty();
    assertThat(new Dl4jEngine(Device.Kind.CUDA).on(Device.Kind.CPU)).contains(new Dl4jEngine());
    assertThat(Nd4jLibrary.gpus().library()).isEqualTo("ND4J 1.0.0-M2.1 for CUDA 11.6");
  }
}

package io.centroid.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Which networks run on kernels of our own, and that DL4J keeps the others. */
class LearnersTest {

  static Stream<MultiLayerConfiguration> plainOnes() {
    return Stream.of(
        network(hidden -> {}, output -> {}),
        network(hidden -> hidden.activation(Activation.GELU), output -> {}),
        network(hidden -> {}, output -> output.lossFunction(LossFunction.NEGATIVELOGLIKELIHOOD)));
  }

  @ParameterizedTest
  @MethodSource("plainOnes")
  void plainDenseLayersRunOnKernelsWithDl4jsParameters(MultiLayerConfiguration network) {
    for (Backend backend : Backend.values()) {
      NetworkSpec spec = spec(network, backend);
      Learner learner = Learners.create(spec);
      Learner dl4j = Learners.dl4j(spec);
      assertThat(learner).isInstanceOf(DenseLearner.class);
      assertThat(learner.layout()).isEqualTo(dl4j.layout());
      float[] initial = new float[Math.toIntExact(dl4j.parameters().size())];
      dl4j.parameters().store(initial);
      assertThat(Dl4jLearnerTest.initial(spec)).isEqualTo(initial);
      Batch batch = Batches.random(spec, 5, 1);
      learner.gradient(batch, 1);
      dl4j.gradient(batch, 1);
      assertThat(Dl4jLearnerTest.slopes(learner))
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(Dl4jLearnerTest.slopes(dl4j));
    }
  }

  static Stream<MultiLayerConfiguration> others() {
    return Stream.of(
        network(hidden -> hidden.activation(Activation.SOFTPLUS), output -> {}),
        network(hidden -> hidden.activation(new ActivationReLU(6.0, 0.0, 0.0)), output -> {}),
        network(hidden -> hidden.dropOut(0.5), output -> {}),
        network(hidden -> hidden.weightNoise(new DropConnect(0.5)), output -> {}),
        network(hidden -> hidden.hasLayerNorm(true), output -> {}),
        network(hidden -> hidden.hasBias(false), output -> {}),
        network(hidden -> {}, output -> output.hasBias(false)),
        network(hidden -> {}, output -> output.dropOut(0.5)),
        network(hidden -> {}, output -> output.lossFunction(LossFunction.MSE)),
        network(
            hidden -> {},
            output -> output.lossFunction(new LossMCXENT(Nd4j.createFromArray(1f, 2f, 3f)))),
        list()
            .layer(new ActivationLayer(Activation.TANH))
            .layer(output(output -> {}))
            .setInputType(InputType.feedForward(4))
            .build(),
        list()
            .layer(new DenseLayer.Builder().nOut(5).build())
            .layer(output(output -> {}))
            .setInputType(InputType.convolutional(2, 2, 1))
            .build());
  }

  @ParameterizedTest
  @MethodSource("others")
  void whatIsNoPlainDenseNetworkStaysWithDl4j(MultiLayerConfiguration network) {
    InputShape shape =
        network.getInputPreProcess(0) == null ? InputShape.row(4) : new InputShape(1, 2, 2);
    NetworkSpec spec =
        new NetworkSpec(new Architecture.Dl4j(network.toJson()), shape, 3, Loss.CROSS_ENTROPY, 1);
    if (network.getInputPreProcess(0) == null) {
      assertThat(Learners.create(spec)).isInstanceOf(Dl4jLearner.class);
    } else {
      assertThat(DenseLayers.hidden(network, Loss.CROSS_ENTROPY)).isEmpty();
    }
  }

  @Test
  void aLossOtherThanTheJsonsStaysWithDl4j() {
    assertThat(DenseLayers.hidden(network(hidden -> {}, output -> {}), Loss.CROSS_ENTROPY))
        .isPresent();
    assertThat(DenseLayers.hidden(network(hidden -> {}, output -> {}), Loss.BINARY_CROSS_ENTROPY))
        .isEmpty();
  }

  private static NetworkSpec spec(MultiLayerConfiguration network, Backend backend) {
    return new NetworkSpec(
        new Architecture.Dl4j(network.toJson()),
        InputShape.row(4),
        3,
        Loss.CROSS_ENTROPY,
        1,
        backend);
  }

  private static MultiLayerConfiguration network(
      Consumer<DenseLayer.Builder> hidden, Consumer<OutputLayer.Builder> output) {
    DenseLayer.Builder dense = new DenseLayer.Builder().nOut(6);
    hidden.accept(dense);
    return list()
        .layer(dense.build())
        .layer(output(output))
        .setInputType(InputType.feedForward(4))
        .build();
  }

  private static NeuralNetConfiguration.ListBuilder list() {
    return new NeuralNetConfiguration.Builder().seed(5).activation(Activation.TANH).list();
  }

  private static OutputLayer output(Consumer<OutputLayer.Builder> more) {
    OutputLayer.Builder output =
        new OutputLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).nOut(3);
    more.accept(output);
    return output.build();
  }
}

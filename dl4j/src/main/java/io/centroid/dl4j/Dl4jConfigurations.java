package io.centroid.dl4j;

import io.centroid.data.InputShape;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.CnnNetwork;
import io.centroid.nn.NetworkSpec;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Builds DL4J configurations of the built-in architectures. */
final class Dl4jConfigurations {
  private Dl4jConfigurations() {}

  static MultiLayerConfiguration mlp(NetworkSpec spec, Architecture.Mlp mlp) {
    NeuralNetConfiguration.ListBuilder layers = builder(spec, mlp.activation()).list();
    hidden(layers, mlp.hidden());
    return layers.layer(output(spec)).setInputType(inputType(spec.input())).build();
  }

  static MultiLayerConfiguration cnn(NetworkSpec spec, Architecture.Cnn cnn) {
    // Its checks: DL4J has none.
    CnnNetwork.layout(spec, cnn);
    NeuralNetConfiguration.ListBuilder layers = builder(spec, cnn.activation()).list();
    for (int channels : cnn.channels()) {
      layers.layer(
          new ConvolutionLayer.Builder(cnn.kernel(), cnn.kernel())
              .stride(1, 1)
              .nOut(channels)
              .build());
      layers.layer(
          new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
              .kernelSize(2, 2)
              .stride(2, 2)
              .build());
    }
    hidden(layers, cnn.hidden());
    InputShape input = spec.input();
    return layers
        .layer(output(spec))
        .setInputType(InputType.convolutional(input.height(), input.width(), input.channels()))
        .build();
  }

  private static NeuralNetConfiguration.Builder builder(NetworkSpec spec, Activation activation) {
    return new NeuralNetConfiguration.Builder()
        .seed(spec.seed())
        .updater(new NoOp())
        .activation(dl4j(activation))
        .weightInit(activation == Activation.RELU ? WeightInit.RELU : WeightInit.XAVIER);
  }

  private static void hidden(NeuralNetConfiguration.ListBuilder layers, List<Integer> widths) {
    for (int width : widths) {
      layers.layer(new DenseLayer.Builder().nOut(width).build());
    }
  }

  private static OutputLayer output(NetworkSpec spec) {
    return switch (spec.loss()) {
      case CROSS_ENTROPY ->
          new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
              .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
              .weightInit(WeightInit.XAVIER)
              .nOut(spec.outputs())
              .build();
      case BINARY_CROSS_ENTROPY ->
          new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
              .activation(org.nd4j.linalg.activations.Activation.SIGMOID)
              .weightInit(WeightInit.XAVIER)
              .nOut(spec.outputs())
              .build();
      case MEAN_SQUARED_ERROR ->
          new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
              .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
              .weightInit(WeightInit.XAVIER)
              .nOut(spec.outputs())
              .build();
    };
  }

  private static InputType inputType(InputShape input) {
    return InputType.feedForward(input.size());
  }

  private static org.nd4j.linalg.activations.Activation dl4j(Activation activation) {
    return switch (activation) {
      case RELU -> org.nd4j.linalg.activations.Activation.RELU;
      case TANH -> org.nd4j.linalg.activations.Activation.TANH;
      case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
      case GELU -> org.nd4j.linalg.activations.Activation.GELU;
      case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
    };
  }
}

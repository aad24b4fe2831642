package io.centroid.model;

import io.centroid.kernels.Nonlinearity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/**
 * A DL4J configuration as a list of dense layers, if it is nothing more. Whatever is not known to
 * be computed alike is left to DL4J.
 */
final class DenseLayers {
  private DenseLayers() {}

  /** The functions of the hidden layers; empty if the network is not one of dense layers. */
  static Optional<List<Nonlinearity>> hidden(MultiLayerConfiguration network, Loss loss) {
    boolean plain =
        network.getInputPreProcessors() == null || network.getInputPreProcessors().isEmpty();
    int last = network.getConfs().size() - 1;
    List<Nonlinearity> functions = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      NeuralNetConfiguration configuration = network.getConf(i);
      plain &= configuration.isMiniBatch() && configuration.isMinimize();
      if (i == last) {
        plain &= isOutput(configuration.getLayer(), loss);
      } else {
        Optional<Nonlinearity> function = function(configuration.getLayer());
        plain &= function.isPresent();
        function.ifPresent(functions::add);
      }
    }
    return plain ? Optional.of(functions) : Optional.empty();
  }

  private static Optional<Nonlinearity> function(org.deeplearning4j.nn.conf.layers.Layer layer) {
    if (layer.getClass() != DenseLayer.class || !isBare((DenseLayer) layer)) {
      return Optional.empty();
    }
    DenseLayer dense = (DenseLayer) layer;
    return dense.hasBias() && !dense.hasLayerNorm()
        ? function(dense.getActivationFn())
        : Optional.empty();
  }

  private static Optional<Nonlinearity> function(IActivation activation) {
    if (activation.equals(new ActivationReLU())) {
      return Optional.of(Nonlinearity.RELU);
    }
    if (activation.equals(new ActivationTanH())) {
      return Optional.of(Nonlinearity.TANH);
    }
    if (activation.equals(new ActivationSigmoid())) {
      return Optional.of(Nonlinearity.SIGMOID);
    }
    if (activation.equals(new ActivationGELU())) {
      return Optional.of(Nonlinearity.GELU_SIGMOID);
    }
    if (activation.equals(new ActivationIdentity())) {
      return Optional.of(Nonlinearity.IDENTITY);
    }
    return Optional.empty();
  }

  private static boolean isOutput(org.deeplearning4j.nn.conf.layers.Layer layer, Loss loss) {
    if (layer.getClass() != OutputLayer.class || !isBare((OutputLayer) layer)) {
      return false;
    }
    OutputLayer output = (OutputLayer) layer;
    IActivation activation = output.getActivationFn();
    ILossFunction function = output.getLossFn();
    return output.hasBias()
        && switch (loss) {
          case CROSS_ENTROPY ->
              activation.equals(new ActivationSoftmax())
                  && (function.equals(new LossMCXENT())
                      || function.equals(new LossNegativeLogLikelihood()));
          case BINARY_CROSS_ENTROPY ->
              activation.equals(new ActivationSigmoid()) && function.equals(new LossBinaryXENT());
          case MEAN_SQUARED_ERROR ->
              activation.equals(new ActivationIdentity()) && function.equals(new LossMSE());
        };
  }

  private static boolean isBare(BaseLayer layer) {
    return layer.getIDropout() == null && layer.getWeightNoise() == null;
  }
}

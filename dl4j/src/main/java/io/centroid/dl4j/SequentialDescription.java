package io.centroid.dl4j;

import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import io.centroid.nn.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * Describes sequential networks as a list of {@link LayerSpec}: the built-in dense and
 * convolutional networks, and DL4J networks of dense, convolution, pooling, batch-normalization,
 * activation, dropout and output layers.
 */
public final class SequentialDescription {
  private final String place;
  private final InputShape input;
  private final List<LayerSpec> layers = new ArrayList<>();
  private boolean images;

  private SequentialDescription(String place, InputShape input) {
    this.place = place;
    this.input = input;
  }

  /**
   * Returns the layers in order. The input of the first is a row of values; dropout, which is
   * inactive in inference, is omitted.
   *
   * @param place name of the network in messages
   * @throws InputException if a layer is not supported
   */
  public static List<LayerSpec> of(String place, NetworkSpec spec) {
    MultiLayerConfiguration network =
        Dl4jLearner.create(spec)
            .configuration()
            .orElseThrow(
                () ->
                    new InputException(
                        place
                            + ": a graph of layers (ComputationGraph) is not a sequential"
                            + " network"));
    SequentialDescription described = new SequentialDescription(place, spec.input());
    for (int i = 0; i < network.getConfs().size(); i++) {
      described.preprocess(i, network.getInputPreProcess(i));
      described.add(i, network.getConf(i).getLayer());
    }
    return List.copyOf(described.layers);
  }

  private void preprocess(int number, InputPreProcessor preprocessor) {
    if (preprocessor instanceof FeedForwardToCnnPreProcessor toImages) {
      images(
          (int) toImages.getNumChannels(),
          (int) toImages.getInputHeight(),
          (int) toImages.getInputWidth());
    } else if (preprocessor instanceof CnnToFeedForwardPreProcessor toRows) {
      requireChannelsFirst(number, toRows.getFormat());
      layers.add(new LayerSpec.ToRows());
      images = false;
    } else if (preprocessor != null) {
      throw unsupported(number, preprocessor.getClass().getSimpleName());
    }
  }

  private void images(int channels, int height, int width) {
    layers.add(new LayerSpec.ToImages(channels, height, width));
    images = true;
  }

  private void add(int number, org.deeplearning4j.nn.conf.layers.Layer layer) {
    boolean takesImages = layer instanceof ConvolutionLayer || layer instanceof SubsamplingLayer;
    if (number == 0 && takesImages && !images) {
      images(input.channels(), input.height(), input.width());
    }
    // Exact classes only: subclasses compute something else.
    Class<?> kind = layer.getClass();
    if (kind == DenseLayer.class && !((DenseLayer) layer).hasLayerNorm()) {
      dense(number, (DenseLayer) layer, ((DenseLayer) layer).hasBias());
    } else if (kind == OutputLayer.class) {
      dense(number, (OutputLayer) layer, ((OutputLayer) layer).hasBias());
    } else if (kind == ConvolutionLayer.class) {
      convolution(number, (ConvolutionLayer) layer);
    } else if (kind == SubsamplingLayer.class) {
      pooling(number, (SubsamplingLayer) layer);
    } else if (kind == BatchNormalization.class) {
      batchNormalization(number, (BatchNormalization) layer);
    } else if (kind == ActivationLayer.class) {
      layers.add(
          new LayerSpec.Applied(function(number, ((ActivationLayer) layer).getActivationFn())));
    } else if (kind == LossLayer.class) {
      layers.add(new LayerSpec.Applied(function(number, ((LossLayer) layer).getActivationFn())));
    } else if (kind != DropoutLayer.class) {
      throw unsupported(number, kind.getSimpleName());
    }
  }

  private void dense(int number, FeedForwardLayer layer, boolean bias) {
    layers.add(
        new LayerSpec.Dense(
            number,
            (int) layer.getNIn(),
            (int) layer.getNOut(),
            bias,
            function(number, layer.getActivationFn())));
  }

  private void convolution(int number, ConvolutionLayer layer) {
    requireChannelsFirst(number, layer.getCnn2dDataFormat());
    layers.add(
        new LayerSpec.Convolution(
            number,
            (int) layer.getNIn(),
            (int) layer.getNOut(),
            window(
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getPadding(),
                layer.getDilation()),
            layer.hasBias(),
            function(number, layer.getActivationFn())));
  }

  private void pooling(int number, SubsamplingLayer layer) {
    requireChannelsFirst(number, layer.getCnn2dDataFormat());
    boolean maximum =
        switch (layer.getPoolingType()) {
          case MAX -> true;
          case AVG -> false;
          case SUM, PNORM -> throw unsupported(number, layer.getPoolingType() + " pooling");
        };
    LayerSpec.Window window =
        window(
            layer.getConvolutionMode(),
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
            layer.getDilation());
    boolean padded = window.same() || window.padding().stream().anyMatch(size -> size != 0);
    if (!maximum && padded) {
      throw unsupported(number, "mean pooling with padding");
    }
    layers.add(new LayerSpec.Pooling(window, maximum));
  }

  private void batchNormalization(int number, BatchNormalization layer) {
    if (layer.isLockGammaBeta()) {
      throw unsupported(number, "BatchNormalization with locked gamma and beta");
    }
    if (images) {
      requireChannelsFirst(number, layer.getCnn2DFormat());
    }
    // DL4J ignores the activation in the configuration of such a layer.
    layers.add(new LayerSpec.BatchNormalization(number, layer.getEps(), layer.isUseLogStd()));
  }

  private static LayerSpec.Window window(
      ConvolutionMode mode, int[] kernel, int[] stride, int[] padding, int[] dilation) {
    return new LayerSpec.Window(
        list(kernel), list(stride), list(padding), list(dilation), mode == ConvolutionMode.Same);
  }

  private static List<Integer> list(int[] sizes) {
    return IntStream.of(sizes).boxed().toList();
  }

  private LayerSpec.Function function(int number, IActivation activation) {
    if (activation == null || activation.equals(new ActivationIdentity())) {
      return LayerSpec.Function.IDENTITY;
    }
    if (activation.equals(new ActivationReLU())) {
      return LayerSpec.Function.RELU;
    }
    if (activation.equals(new ActivationTanH())) {
      return LayerSpec.Function.TANH;
    }
    if (activation.equals(new ActivationSigmoid())) {
      return LayerSpec.Function.SIGMOID;
    }
    if (activation.equals(new ActivationGELU())) {
      return LayerSpec.Function.GELU_SIGMOID;
    }
    if (activation.equals(new ActivationSoftmax()) && !images) {
      return LayerSpec.Function.SOFTMAX;
    }
    throw unsupported(number, "the activation " + activation);
  }

  private void requireChannelsFirst(int number, CNN2DFormat format) {
    if (format != null && format != CNN2DFormat.NCHW) {
      throw unsupported(number, "images in " + format + " format");
    }
  }

  private InputException unsupported(int number, String found) {
    return new InputException(
        place
            + ": layer "
            + number
            + ": expected dense, convolution, pooling, batch normalization, activation, dropout or"
            + " output, found "
            + found);
  }
}

package io.centroid.dl4j;

import io.centroid.InputException;
import io.centroid.data.InputShape;
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
 * Describes networks of plain layers one after another: the built-in dense and convolutional ones,
 * and those that DL4J's JSON describes as far as they are made of dense, convolution, pooling,
 * batch-normalization, activation, dropout and output layers.
 */
public final class PlainLayers {
  private final String place;
  private final InputShape input;
  private final List<PlainLayer> layers = new ArrayList<>();
  private boolean images;

  private PlainLayers(String place, InputShape input) {
    this.place = place;
    this.input = input;
  }

  /**
   * The layers in their order. The first takes rows of values; dropout, which does nothing outside
   * of training, is left out.
   *
   * @param place what to call the network in messages
   * @throws InputException naming the first layer that is of another kind
   */
  public static List<PlainLayer> of(String place, NetworkSpec spec) {
    MultiLayerConfiguration network =
        Dl4jLearner.create(spec)
            .configuration()
            .orElseThrow(
                () ->
                    new InputException(
                        place
                            + ": a graph of layers (ComputationGraph) cannot be described as one"
                            + " layer after another"));
    PlainLayers described = new PlainLayers(place, spec.input());
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
      layers.add(new PlainLayer.ToRows());
      images = false;
    } else if (preprocessor != null) {
      throw refused(number, preprocessor.getClass().getSimpleName());
    }
  }

  private void images(int channels, int height, int width) {
    layers.add(new PlainLayer.ToImages(channels, height, width));
    images = true;
  }

  private void add(int number, org.deeplearning4j.nn.conf.layers.Layer layer) {
    boolean takesImages = layer instanceof ConvolutionLayer || layer instanceof SubsamplingLayer;
    if (number == 0 && takesImages && !images) {
      images(input.channels(), input.height(), input.width());
    }
    // The classes themselves: what extends them computes something else.
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
          new PlainLayer.Applied(function(number, ((ActivationLayer) layer).getActivationFn())));
    } else if (kind == LossLayer.class) {
      layers.add(new PlainLayer.Applied(function(number, ((LossLayer) layer).getActivationFn())));
    } else if (kind != DropoutLayer.class) {
      throw refused(number, kind.getSimpleName());
    }
  }

  private void dense(int number, FeedForwardLayer layer, boolean bias) {
    layers.add(
        new PlainLayer.Dense(
            number,
            (int) layer.getNIn(),
            (int) layer.getNOut(),
            bias,
            function(number, layer.getActivationFn())));
  }

  private void convolution(int number, ConvolutionLayer layer) {
    requireChannelsFirst(number, layer.getCnn2dDataFormat());
    layers.add(
        new PlainLayer.Convolution(
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
          case SUM, PNORM -> throw refused(number, layer.getPoolingType() + " pooling");
        };
    PlainLayer.Window window =
        window(
            layer.getConvolutionMode(),
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
            layer.getDilation());
    boolean padded = window.same() || window.padding().stream().anyMatch(size -> size != 0);
    if (!maximum && padded) {
      throw refused(number, "mean pooling with padding");
    }
    layers.add(new PlainLayer.Pooling(window, maximum));
  }

  private void batchNormalization(int number, BatchNormalization layer) {
    if (layer.isLockGammaBeta()) {
      throw refused(number, "BatchNormalization with locked gamma and beta");
    }
    if (images) {
      requireChannelsFirst(number, layer.getCnn2DFormat());
    }
    // DL4J does not apply the function that such a layer's configuration has.
    layers.add(new PlainLayer.BatchNormalization(number, layer.getEps(), layer.isUseLogStd()));
  }

  private static PlainLayer.Window window(
      ConvolutionMode mode, int[] kernel, int[] stride, int[] padding, int[] dilation) {
    return new PlainLayer.Window(
        list(kernel), list(stride), list(padding), list(dilation), mode == ConvolutionMode.Same);
  }

  private static List<Integer> list(int[] sizes) {
    return IntStream.of(sizes).boxed().toList();
  }

  private PlainLayer.Function function(int number, IActivation activation) {
    if (activation == null || activation.equals(new ActivationIdentity())) {
      return PlainLayer.Function.IDENTITY;
    }
    if (activation.equals(new ActivationReLU())) {
      return PlainLayer.Function.RELU;
    }
    if (activation.equals(new ActivationTanH())) {
      return PlainLayer.Function.TANH;
    }
    if (activation.equals(new ActivationSigmoid())) {
      return PlainLayer.Function.SIGMOID;
    }
    if (activation.equals(new ActivationGELU())) {
      return PlainLayer.Function.GELU_SIGMOID;
    }
    if (activation.equals(new ActivationSoftmax()) && !images) {
      return PlainLayer.Function.SOFTMAX;
    }
    throw refused(number, "the function " + activation);
  }

  private void requireChannelsFirst(int number, CNN2DFormat format) {
    if (format != null && format != CNN2DFormat.NCHW) {
      throw refused(number, "images in the format " + format);
    }
  }

  private InputException refused(int number, String found) {
    return new InputException(
        place
            + ": layer "
            + number
            + ": expected dense, convolution, pooling, batch normalization, activation, dropout or"
            + " output, found "
            + found);
  }
}

package io.centroid.dl4j;

import java.util.List;

/**
 * A layer of a sequential network, independent of engine types, for export to other formats.
 * Weights are tensors of the parameter layout, see {@link #tensor}.
 */
public sealed interface LayerSpec {

  /** Activation function. */
  enum Function {
    IDENTITY,
    RELU,
    TANH,
    SIGMOID,
    /** x * sigmoid(1.702 x), see {@link io.centroid.nn.kernels.MlpFunction#GELU_SIGMOID}. */
    GELU_SIGMOID,
    /** Softmax over the values of an example. */
    SOFTMAX
  }

  /** Reshapes rows of values to images of channels x height x width. */
  record ToImages(int channels, int height, int width) implements LayerSpec {}

  /** Flattens images to rows, channels first. */
  record ToRows() implements LayerSpec {}

  /**
   * A dense layer; weight shape (outputs, inputs).
   *
   * @param bias true if the layer has a bias
   */
  record Dense(int number, int inputs, int outputs, boolean bias, Function function)
      implements LayerSpec {}

  /**
   * A 2-D convolution; weight shape (outputs, inputs, height, width).
   *
   * @param window kernel size, stride, padding and dilation
   */
  record Convolution(
      int number, int inputs, int outputs, Window window, boolean bias, Function function)
      implements LayerSpec {}

  /**
   * A pooling layer.
   *
   * @param maximum true for max pooling, false for average pooling
   */
  record Pooling(Window window, boolean maximum) implements LayerSpec {}

  /**
   * Batch normalization: (x - mean) / sqrt(variance + epsilon) * gamma + beta per feature or
   * channel, with tensors gamma, beta, mean and var.
   *
   * @param logarithmic true if the tensor log10stdev, log10(sqrt(var)), replaces var
   */
  record BatchNormalization(int number, double epsilon, boolean logarithmic) implements LayerSpec {}

  /** An activation layer. */
  record Applied(Function function) implements LayerSpec {}

  /**
   * A sliding window; all lists are (height, width).
   *
   * @param same true for SAME padding: the output size is the input size divided by the stride,
   *     rounded up; false for explicit {@code padding} on both sides
   */
  record Window(
      List<Integer> kernel,
      List<Integer> stride,
      List<Integer> padding,
      List<Integer> dilation,
      boolean same) {
    public Window {
      kernel = List.copyOf(kernel);
      stride = List.copyOf(stride);
      padding = List.copyOf(padding);
      dilation = List.copyOf(dilation);
    }
  }

  /** Name of a layer's tensor in the parameter layout. */
  static String tensor(int number, String name) {
    return number + "." + name;
  }
}

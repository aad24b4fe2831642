package io.centroid.dl4j;

import java.util.List;

/**
 * A layer of a network whose layers follow one another, described without any engine's types, so
 * that it can be written down in another format. Weights are the layout's tensors of the given
 * names.
 */
public sealed interface PlainLayer {

  /** What is applied to a layer's sums. */
  enum Function {
    IDENTITY,
    RELU,
    TANH,
    SIGMOID,
    /** x * sigmoid(1.702 x), see {@link io.centroid.nn.kernels.Nonlinearity#GELU_SIGMOID}. */
    GELU_SIGMOID,
    /** Over the values of an example. */
    SOFTMAX
  }

  /** Rows of values become images of channels x height x width. */
  record ToImages(int channels, int height, int width) implements PlainLayer {}

  /** Images become rows, channel after channel. */
  record ToRows() implements PlainLayer {}

  /**
   * A dense layer; its weight is (outputs, inputs).
   *
   * @param bias whether it has one
   */
  record Dense(int number, int inputs, int outputs, boolean bias, Function function)
      implements PlainLayer {}

  /**
   * A convolution; its weight is (outputs, inputs, height, width).
   *
   * @param window what the kernel sees
   */
  record Convolution(
      int number, int inputs, int outputs, Window window, boolean bias, Function function)
      implements PlainLayer {}

  /**
   * A pooling.
   *
   * @param maximum the largest value; else the mean of the window
   */
  record Pooling(Window window, boolean maximum) implements PlainLayer {}

  /**
   * (x - mean) / sqrt(variance + epsilon) * gamma + beta of each feature or channel, with tensors
   * gamma, beta, mean and var.
   *
   * @param logarithmic whether instead of var there is log10stdev, half of var's decimal logarithm
   */
  record BatchNormalization(int number, double epsilon, boolean logarithmic)
      implements PlainLayer {}

  /** A function alone. */
  record Applied(Function function) implements PlainLayer {}

  /**
   * A sliding window; all lists are (height, width).
   *
   * @param same padded so that the output is as large as the input divided by the stride, rounded
   *     up; else {@code padding} on both sides, and what is left over is dropped
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

  /** The name of a layer's tensor in the layout. */
  static String tensor(int number, String name) {
    return number + "." + name;
  }
}

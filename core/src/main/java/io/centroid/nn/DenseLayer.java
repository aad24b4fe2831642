package io.centroid.nn;

import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.DenseKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.MlpFunction;

/**
 * A dense layer of a {@link DenseLearner}: outputs = f(inputs * weight^T + bias), one row per
 * example.
 */
final class DenseLayer {
  private final DenseKernels kernels;
  private final MlpFunction function;
  private final int inputWidth;
  private final int width;
  private final FloatVector weight;
  private final FloatVector bias;
  private final FloatVector weightGradient;
  private final FloatVector biasGradient;

  /** The pre-activations, which the activation function replaces by its derivatives. */
  private FloatVector derivatives;

  private FloatVector outputs;
  private FloatVector delta;

  DenseLayer(
      Arena arena,
      DenseKernels kernels,
      MlpFunction function,
      ParameterLayout.Entry weight,
      ParameterLayout.Entry bias,
      FloatVector parameters,
      FloatVector gradient) {
    this.kernels = kernels;
    this.function = function;
    // The weight's shape does not give the width: with a single input it is one-dimensional.
    this.width = Math.toIntExact(bias.size());
    this.inputWidth = Math.toIntExact(weight.size() / width);
    this.weight = parameters.slice(weight.offset(), weight.size());
    this.bias = parameters.slice(bias.offset(), bias.size());
    this.weightGradient = gradient.slice(weight.offset(), weight.size());
    this.biasGradient = gradient.slice(bias.offset(), bias.size());
    this.derivatives = arena.allocate(1);
    this.outputs = derivatives;
    this.delta = derivatives;
  }

  /**
   * Allocates the buffers of a batch.
   *
   * @param arena owner of the buffers
   * @param rows capacity in examples
   * @param last true for the output layer, where the loss gradient overwrites the outputs
   */
  void reserve(Arena arena, int rows, boolean last) {
    long size = (long) rows * width;
    derivatives = arena.allocate(size);
    outputs = arena.allocate(size);
    delta = last ? outputs : arena.allocate(size);
  }

  FloatVector outputs() {
    return outputs;
  }

  void forward(int rows, FloatVector inputs) {
    kernels.gemm(false, true, rows, width, inputWidth, 1, inputs, weight, 0, derivatives);
    kernels.activate(function, rows, width, derivatives, bias, outputs);
  }

  /** Backpropagates this layer's delta (the gradient at its pre-activations) to the layer below. */
  void backward(int rows, DenseLayer below) {
    kernels.gemm(false, false, rows, inputWidth, width, 1, delta, weight, 0, below.delta);
    kernels.activationBackward(rows * inputWidth, below.derivatives, below.delta);
  }

  /** Backpropagates the delta of the first layer to the network's inputs. */
  void inputGradient(int rows, FloatVector into) {
    kernels.gemm(false, false, rows, inputWidth, width, 1, delta, weight, 0, into);
  }

  /** Adds the squared norm of each row's gradient of this layer. */
  void addSquaredNorms(int rows, FloatVector inputs, double[] squares) {
    double[] deltas = new double[rows];
    double[] values = new double[rows];
    kernels.rowSquares(rows, width, delta, deltas);
    kernels.rowSquares(rows, inputWidth, inputs, values);
    for (int row = 0; row < rows; row++) {
      // The bias is the weight of an input that is 1.
      squares[row] += deltas[row] * (values[row] + 1);
    }
  }

  /** Multiplies each row of the delta by its factor. */
  void scaleDeltas(int rows, float[] factors) {
    kernels.scaleRows(rows, width, factors, delta);
  }

  /** Computes weight and bias gradients: scale * (sum over the rows). */
  void computeGradient(int rows, FloatVector inputs, float scale) {
    kernels.gemm(true, false, width, inputWidth, rows, scale, delta, inputs, 0, weightGradient);
    kernels.columnSums(rows, width, scale, delta, 0, biasGradient);
  }

  /**
   * SGD step: parameters -= scale * (sum over the rows); weights are first multiplied by {@code
   * decay}.
   */
  void sgdStep(int rows, FloatVector inputs, float scale, float decay) {
    kernels.gemm(true, false, width, inputWidth, rows, -scale, delta, inputs, decay, weight);
    kernels.columnSums(rows, width, -scale, delta, 1, bias);
  }
}

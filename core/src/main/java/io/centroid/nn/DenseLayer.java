package io.centroid.nn;

import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.DenseKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Nonlinearity;

/**
 * One dense layer of a {@link DenseLearner}: outputs = f(inputs weight' + bias), one row an
 * example.
 */
final class DenseLayer {
  private final DenseKernels kernels;
  private final Nonlinearity function;
  private final int inputWidth;
  private final int width;
  private final FloatVector weight;
  private final FloatVector bias;
  private final FloatVector weightGradient;
  private final FloatVector biasGradient;
  private FloatVector sums;
  private FloatVector outputs;
  private FloatVector delta;

  DenseLayer(
      Arena arena,
      DenseKernels kernels,
      Nonlinearity function,
      ParameterLayout.Entry weight,
      ParameterLayout.Entry bias,
      FloatVector parameters,
      FloatVector gradient) {
    this.kernels = kernels;
    this.function = function;
    // Not from the weight's shape: with a single input it has one dimension.
    this.width = Math.toIntExact(bias.size());
    this.inputWidth = Math.toIntExact(weight.size() / width);
    this.weight = parameters.slice(weight.offset(), weight.size());
    this.bias = parameters.slice(bias.offset(), bias.size());
    this.weightGradient = gradient.slice(weight.offset(), weight.size());
    this.biasGradient = gradient.slice(bias.offset(), bias.size());
    this.sums = arena.allocate(1);
    this.outputs = sums;
    this.delta = sums;
  }

  /**
   * Makes room for so many rows.
   *
   * @param arena frees it
   * @param last whether the loss is computed in place of the outputs
   */
  void makeRoom(Arena arena, int rows, boolean last) {
    long size = (long) rows * width;
    sums = arena.allocate(size);
    outputs = function.isDifferentiatedAtInput() ? arena.allocate(size) : sums;
    delta = last ? outputs : arena.allocate(size);
  }

  FloatVector outputs() {
    return outputs;
  }

  void forward(int rows, FloatVector inputs) {
    kernels.gemm(false, true, rows, width, inputWidth, 1, inputs, weight, 0, sums);
    kernels.activate(function, rows, width, sums, bias, outputs);
  }

  /** Turns this layer's delta, the gradient at its sums, into that of the layer below. */
  void passDown(int rows, DenseLayer below) {
    kernels.gemm(false, false, rows, inputWidth, width, 1, delta, weight, 0, below.delta);
    kernels.multiplyBySlope(
        below.function, rows * inputWidth, below.sums, below.outputs, below.delta);
  }

  /** gradient = share * (sum over the rows). */
  void leaveGradient(int rows, FloatVector inputs, float share) {
    kernels.gemm(true, false, width, inputWidth, rows, share, delta, inputs, 0, weightGradient);
    kernels.columnSums(rows, width, share, delta, 0, biasGradient);
  }

  /** parameters -= share * (sum over the rows), the weights being shrunk to {@code kept} first. */
  void descend(int rows, FloatVector inputs, float share, float kept) {
    kernels.gemm(true, false, width, inputWidth, rows, -share, delta, inputs, kept, weight);
    kernels.columnSums(rows, width, -share, delta, 1, bias);
  }
}

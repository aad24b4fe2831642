package io.centroid.kernels;

/**
 * The operations that models are written on. Matrices are row-major without gaps and start at their
 * vector's first float; a vector may be longer than its matrix. A result depends on the arguments
 * alone, and what is not a number stays so. An instance keeps working space: one for each learner,
 * not thread-safe.
 */
public interface Kernels {

  /** A vector, zeroed, in the memory that these kernels work on. */
  FloatVector allocate(long size);

  /**
   * c = alpha * op(a) op(b) + beta * c, where op transposes or not. With {@code beta} 0 the old
   * values of {@code c} do not count, even if they are not numbers.
   *
   * @param rows of op(a) and c
   * @param columns of op(b) and c
   * @param inner columns of op(a), rows of op(b)
   */
  void gemm(
      boolean transposeA,
      boolean transposeB,
      int rows,
      int columns,
      int inner,
      float alpha,
      FloatVector a,
      FloatVector b,
      float beta,
      FloatVector c);

  /**
   * Adds the bias to each row and applies the function: outputs = f(sums + bias).
   *
   * @param sums left with the bias added if the function is differentiated at its input, else left
   *     arbitrary and possibly the same vector as {@code outputs}
   */
  void activate(
      Nonlinearity function,
      int rows,
      int columns,
      FloatVector sums,
      FloatVector bias,
      FloatVector outputs);

  /**
   * Multiplies a gradient by the function's slope, as {@link #activate} left inputs and outputs:
   * delta *= f'.
   */
  void multiplyBySlope(
      Nonlinearity function, int count, FloatVector inputs, FloatVector outputs, FloatVector delta);

  /** sums = alpha * (sums of the columns) + beta * sums, {@code beta} 0 as in {@link #gemm}. */
  void columnSums(
      int rows, int columns, float alpha, FloatVector values, float beta, FloatVector sums);

  /** Turns each score into a probability. */
  void sigmoid(int count, FloatVector values);

  /** Turns each row of scores into probabilities. */
  void softmax(int rows, int columns, FloatVector values);

  /**
   * Softmax cross-entropy: turns scores into the gradient of the sum over the rows.
   *
   * @param labels class number of each row
   * @return sum over the rows, in nats
   */
  double softmaxCrossEntropy(int rows, int columns, FloatVector scores, float[] labels);

  /**
   * Cross-entropy of the sigmoid: turns scores into the gradient of the sum.
   *
   * @param targets 0 or 1, or a probability between
   * @return sum over the scores, in nats
   */
  double sigmoidCrossEntropy(int count, FloatVector scores, float[] targets);

  /** Squared error: turns values into the gradient of the sum, which it returns. */
  double squaredError(int count, FloatVector values, float[] targets);

  /** values *= factor. */
  void scale(int count, float factor, FloatVector values);
}

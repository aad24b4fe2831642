package io.centroid.nn.kernels;

/**
 * Layer normalization (Ba, Kiros and Hinton, "Layer normalization", 2016) on the CPU. An instance
 * holds scratch buffers: use one per thread.
 */
public final class LayerNorm {
  private static final int CHUNK = 4096;

  private float[] values = new float[CHUNK];
  private float[] others = new float[CHUNK];
  private float[] third = new float[CHUNK];
  private float[] row = new float[CHUNK];

  /**
   * Normalizes each row, then scales and shifts it.
   *
   * @param from offset of the first row in {@code x} and {@code out}
   * @param statistics receives mean and inverse standard deviation of row r at {@code 2 * (firstRow
   *     + r)}
   */
  public void forward(
      int rows,
      int columns,
      float epsilon,
      FloatVector x,
      FloatVector weight,
      FloatVector bias,
      FloatVector out,
      long from,
      float[] statistics,
      int firstRow) {
    reserve(columns);
    weight.read(0, row, columns);
    bias.read(0, third, columns);
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      x.read(at, values, columns);
      float mean = VectorMath.sum(values, 0, columns) / columns;
      subtract(values, others, columns, mean);
      float variance = VectorMath.dot(others, others, 0, columns) / columns;
      float scale = (float) (1 / Math.sqrt(variance + epsilon));
      scaleAndShift(others, row, third, columns, scale);
      out.write(at, others, columns);
      statistics[2 * (firstRow + r)] = mean;
      statistics[2 * (firstRow + r) + 1] = scale;
    }
  }

  private static void subtract(float[] x, float[] out, int length, float mean) {
    for (int i = 0; i < length; i++) {
      out[i] = x[i] - mean;
    }
  }

  private static void scaleAndShift(
      float[] x, float[] weight, float[] bias, int length, float scale) {
    for (int i = 0; i < length; i++) {
      x[i] = x[i] * scale * weight[i] + bias[i];
    }
  }

  /**
   * Backward pass: adds the gradient at the input to {@code into}, and the gradients of weight and
   * bias to the arrays.
   *
   * @param delta gradient at the output
   * @param statistics statistics that {@link #forward} computed
   */
  public void backward(
      int rows,
      int columns,
      FloatVector x,
      FloatVector weight,
      float[] statistics,
      int firstRow,
      FloatVector delta,
      FloatVector into,
      long from,
      float[] weightSums,
      float[] biasSums) {
    reserve(columns);
    weight.read(0, row, columns);
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      float mean = statistics[2 * (firstRow + r)];
      float scale = statistics[2 * (firstRow + r) + 1];
      x.read(at, values, columns);
      delta.read(at, others, columns);
      normalize(values, columns, mean, scale);
      accumulate(weightSums, biasSums, others, values, columns);
      VectorMath.multiply(others, row, 0, columns);
      float meanDelta = VectorMath.sum(others, 0, columns) / columns;
      float meanProduct = VectorMath.dot(others, values, 0, columns) / columns;
      into.read(at, third, columns);
      project(third, others, values, columns, meanDelta, meanProduct, scale);
      into.write(at, third, columns);
    }
  }

  private static void normalize(float[] x, int length, float mean, float scale) {
    for (int i = 0; i < length; i++) {
      x[i] = (x[i] - mean) * scale;
    }
  }

  private static void accumulate(
      float[] weightSums, float[] biasSums, float[] delta, float[] normal, int length) {
    for (int i = 0; i < length; i++) {
      weightSums[i] += delta[i] * normal[i];
      biasSums[i] += delta[i];
    }
  }

  private static void project(
      float[] into,
      float[] delta,
      float[] normal,
      int length,
      float mean,
      float meanProduct,
      float scale) {
    for (int i = 0; i < length; i++) {
      into[i] += scale * (delta[i] - mean - normal[i] * meanProduct);
    }
  }

  private void reserve(int columns) {
    if (columns > values.length) {
      values = new float[columns];
      others = new float[columns];
      third = new float[columns];
      row = new float[columns];
    }
  }
}

package io.centroid.nn.kernels;

/**
 * Normalization of each row to mean 0 and variance 1 (Ba, Kiros and Hinton, "Layer normalization",
 * 2016), on the CPU. An instance keeps working space: one for each thread.
 */
public final class LayerNorm {
  private static final int STRETCH = 4096;

  private float[] values = new float[STRETCH];
  private float[] others = new float[STRETCH];
  private float[] third = new float[STRETCH];
  private float[] row = new float[STRETCH];

  /**
   * Normalizes each row, then scales and shifts it.
   *
   * @param from first float of the first row, in {@code x} and {@code out}
   * @param statistics takes mean and inverse deviation of row r at {@code 2 * (firstRow + r)}
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
   * Adds the gradient at a normalization's input to {@code into}, and those of its weight and bias
   * to the arrays.
   *
   * @param delta gradient at its output
   * @param statistics as {@link #forward} left them
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
      float slope = VectorMath.dot(others, values, 0, columns) / columns;
      into.read(at, third, columns);
      project(third, others, values, columns, meanDelta, slope, scale);
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
      float slope,
      float scale) {
    for (int i = 0; i < length; i++) {
      into[i] += scale * (delta[i] - mean - normal[i] * slope);
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

package io.centroid.kernels;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.Arrays;

/**
 * What a transformer is made of beside {@link Kernels}, on the CPU: OpenBLAS for products of parts
 * of matrices, and loops over rows that are copied into arrays. Matrices are row-major and start
 * anywhere in their vectors. An instance keeps working space: one for each thread.
 */
public final class SequenceKernels {
  /** Floats of a stretch: two of them fit the first-level cache. */
  private static final int STRETCH = 4096;

  private final VectorMath.Powers powers = new VectorMath.Powers();
  private float[] values = new float[STRETCH];
  private float[] others = new float[STRETCH];
  private float[] thirds = new float[STRETCH];
  private float[] third = new float[STRETCH];
  private float[] row = new float[STRETCH];
  private int[] bits = new int[STRETCH];

  /** A matrix in a vector: its first float, and the distance between its rows. */
  public record Matrix(FloatVector vector, long from, int stride) {
    /** The matrix whose rows follow each other, from a place on. */
    public static Matrix at(FloatVector vector, long from, int columns) {
      return new Matrix(vector, from, columns);
    }
  }

  /** c = alpha * op(a) op(b) + beta * c, where op transposes or not; c is rows x columns. */
  public void gemm(
      boolean transposeA,
      boolean transposeB,
      int rows,
      int columns,
      int inner,
      float alpha,
      Matrix a,
      Matrix b,
      float beta,
      Matrix c) {
    requireInside(a, transposeA ? inner : rows, transposeA ? rows : inner);
    requireInside(b, transposeB ? columns : inner, transposeB ? inner : columns);
    requireInside(c, rows, columns);
    cblas_sgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
        rows,
        columns,
        inner,
        alpha,
        a.vector.constant().getPointer(a.from),
        a.stride,
        b.vector.constant().getPointer(b.from),
        b.stride,
        beta,
        c.vector.pointer().getPointer(c.from),
        c.stride);
  }

  static void requireInside(Matrix matrix, int rows, int columns) {
    long last = matrix.from + (long) (rows - 1) * matrix.stride + columns;
    if (matrix.from < 0 || columns > matrix.stride || last > matrix.vector.size()) {
      throw new IllegalArgumentException(
          rows + "x" + columns + " from " + matrix.from + " on exceeds " + matrix.vector.size());
    }
  }

  /** out = x + bias in each row; {@code x} may be {@code out}. */
  public void addRows(
      int rows, int columns, FloatVector x, FloatVector bias, FloatVector out, long from) {
    reserve(columns);
    bias.read(0, row, columns);
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      x.read(at, values, columns);
      VectorMath.add(values, row, 0, columns);
      out.write(at, values, columns);
    }
  }

  /** Sets each row to the bias. */
  public void fillRows(int rows, int columns, FloatVector bias, FloatVector out, long from) {
    reserve(columns);
    bias.read(0, row, columns);
    for (int r = 0; r < rows; r++) {
      out.write(from + (long) r * columns, row, columns);
    }
  }

  /** Sets {@code count} values to 0. */
  public void clear(FloatVector x, long from, long count) {
    Arrays.fill(values, 0, STRETCH, 0);
    for (long done = 0; done < count; done += STRETCH) {
      x.write(from + done, values, (int) Math.min(STRETCH, count - done));
    }
  }

  public void copy(long count, FloatVector x, long from, FloatVector into, long to) {
    for (long done = 0; done < count; done += STRETCH) {
      int length = (int) Math.min(STRETCH, count - done);
      x.read(from + done, values, length);
      into.write(to + done, values, length);
    }
  }

  /** out = x + y, value by value; any two may be the same vector. */
  public void add(long count, FloatVector x, FloatVector y, FloatVector out, long from) {
    for (long done = 0; done < count; done += STRETCH) {
      int length = (int) Math.min(STRETCH, count - done);
      x.read(from + done, values, length);
      y.read(from + done, others, length);
      VectorMath.add(values, others, 0, length);
      out.write(from + done, values, length);
    }
  }

  /**
   * Normalises each row to mean 0 and variance 1, then scales and shifts it (Ba, Kiros and Hinton,
   * "Layer normalization", 2016).
   *
   * @param from first float of the first row, in {@code x} and {@code out}
   * @param statistics takes mean and inverse deviation of row r at {@code 2 * (firstRow + r)}
   */
  public void layerNorm(
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
   * Adds the gradient at a normalisation's input to {@code into}, and those of its weight and bias
   * to the arrays.
   *
   * @param delta gradient at its output
   * @param statistics as {@link #layerNorm} left them
   */
  public void layerNormBackward(
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
      normalise(values, columns, mean, scale);
      accumulate(weightSums, biasSums, others, values, columns);
      VectorMath.multiply(others, row, 0, columns);
      float meanDelta = VectorMath.sum(others, 0, columns) / columns;
      float slope = VectorMath.dot(others, values, 0, columns) / columns;
      into.read(at, third, columns);
      project(third, others, values, columns, meanDelta, slope, scale);
      into.write(at, third, columns);
    }
  }

  private static void normalise(float[] x, int length, float mean, float scale) {
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

  /** Adds the bias to each row, and applies {@link VectorMath#gelu}: sums become slopes. */
  public void gelu(
      int rows, int columns, FloatVector sums, FloatVector bias, FloatVector out, long from) {
    reserve(columns);
    bias.read(0, row, columns);
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      sums.read(at, values, columns);
      VectorMath.add(values, row, 0, columns);
      VectorMath.gelu(values, others, thirds, 0, columns);
      sums.write(at, values, columns);
      out.write(at, others, columns);
    }
  }

  /** x *= y, row by row, and adds the results' column sums to the array. */
  public void multiplyAndSum(
      int rows, int columns, FloatVector x, FloatVector y, long from, float[] sums) {
    reserve(columns);
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      x.read(at, values, columns);
      y.read(at, others, columns);
      VectorMath.multiply(values, others, 0, columns);
      x.write(at, values, columns);
      VectorMath.add(sums, values, 0, columns);
    }
  }

  /** Adds the sums of the columns to the array. */
  public void addColumnSums(int rows, int columns, FloatVector x, long from, float[] sums) {
    reserve(columns);
    for (int r = 0; r < rows; r++) {
      x.read(from + (long) r * columns, values, columns);
      VectorMath.add(sums, values, 0, columns);
    }
  }

  /**
   * Turns each row of a square matrix of scores into probabilities of the places up to the row's
   * own; later places get 0.
   */
  public void causalSoftmax(int size, FloatVector scores, long from) {
    reserve(size);
    for (int r = 0; r < size; r++) {
      long at = from + (long) r * size;
      int seen = r + 1;
      scores.read(at, values, seen);
      float largest = VectorMath.largest(values, 0, seen);
      VectorMath.exp(values, 0, seen, largest, powers);
      VectorMath.scale(values, 0, seen, 1 / VectorMath.sum(values, 0, seen));
      Arrays.fill(values, seen, size, 0);
      scores.write(at, values, size);
    }
  }

  /**
   * Turns the gradient at {@link #causalSoftmax}'s probabilities into the one at its scores, times
   * {@code factor}.
   */
  public void causalSoftmaxBackward(
      int size,
      FloatVector probabilities,
      long from,
      FloatVector delta,
      long deltaFrom,
      float factor) {
    reserve(size);
    for (int r = 0; r < size; r++) {
      int seen = r + 1;
      probabilities.read(from + (long) r * size, values, seen);
      long at = deltaFrom + (long) r * size;
      delta.read(at, others, seen);
      float mean = VectorMath.dot(values, others, 0, seen);
      slope(values, others, seen, mean, factor);
      Arrays.fill(others, seen, size, 0);
      delta.write(at, others, size);
    }
  }

  private static void slope(
      float[] probabilities, float[] delta, int length, float mean, float factor) {
    for (int i = 0; i < length; i++) {
      delta[i] = probabilities[i] * (delta[i] - mean) * factor;
    }
  }

  /** Sums over rows of scored tokens. */
  public record Score(double loss, long right) {
    public static final Score NONE = new Score(0, 0);

    public Score plus(Score other) {
      return new Score(loss + other.loss, right + other.right);
    }
  }

  /**
   * Softmax cross-entropy of each row's target: turns scores into the gradient times {@code
   * factor}.
   *
   * @param targets column of row r at {@code firstTarget + r}
   * @return sum of the losses in nats, and how often the target has the largest score
   */
  public Score crossEntropy(
      int rows,
      int columns,
      FloatVector scores,
      long from,
      int[] targets,
      int firstTarget,
      float factor) {
    reserve(columns);
    double loss = 0;
    long right = 0;
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      int target = targets[firstTarget + r];
      scores.read(at, values, columns);
      float largest = VectorMath.largest(values, 0, columns);
      float score = values[target];
      VectorMath.exp(values, 0, columns, largest, powers);
      float sum = VectorMath.sum(values, 0, columns);
      loss += Math.log(sum) + ((double) largest - score);
      right += score == largest ? 1 : 0;
      VectorMath.scale(values, 0, columns, factor / sum);
      values[target] -= factor;
      scores.write(at, values, columns);
    }
    return new Score(loss, right);
  }

  /** As {@link #crossEntropy}, without the gradient: the scores are left as they are. */
  public Score score(
      int rows, int columns, FloatVector scores, long from, int[] targets, int firstTarget) {
    reserve(columns);
    double loss = 0;
    long right = 0;
    for (int r = 0; r < rows; r++) {
      int target = targets[firstTarget + r];
      scores.read(from + (long) r * columns, values, columns);
      float largest = VectorMath.largest(values, 0, columns);
      float score = values[target];
      VectorMath.exp(values, 0, columns, largest, powers);
      loss += Math.log(VectorMath.sum(values, 0, columns)) + ((double) largest - score);
      right += score == largest ? 1 : 0;
    }
    return new Score(loss, right);
  }

  /**
   * Multiplies each value by 0 with the given probability, else by what keeps the mean (Srivastava
   * et al., "Dropout", 2014). The factor of a value depends on the seed and its number alone.
   *
   * @param number of the first value
   */
  public void dropout(
      long count, FloatVector x, long from, float probability, int seed, long number) {
    int threshold = (int) (probability * 0x1p31);
    float kept = 1 / (1 - probability);
    for (long done = 0; done < count; done += STRETCH) {
      int length = (int) Math.min(STRETCH, count - done);
      VectorMath.dropout(others, bits, length, number + done, seed, threshold, kept);
      x.read(from + done, values, length);
      VectorMath.multiply(values, others, 0, length);
      x.write(from + done, values, length);
    }
  }

  /** out = the row {@code index} of one table plus that of another. */
  public void embed(
      int columns,
      FloatVector table,
      long index,
      FloatVector otherTable,
      long otherIndex,
      FloatVector out,
      long from) {
    reserve(columns);
    table.read(index * columns, values, columns);
    otherTable.read(otherIndex * columns, others, columns);
    VectorMath.add(values, others, 0, columns);
    out.write(from, values, columns);
  }

  /** Adds a row to the row {@code index} of a table. */
  public void addRow(int columns, FloatVector x, long from, FloatVector table, long index) {
    reserve(columns);
    x.read(from, values, columns);
    table.read(index * columns, others, columns);
    VectorMath.add(others, values, 0, columns);
    table.write(index * columns, others, columns);
  }

  private void reserve(int columns) {
    if (columns > values.length) {
      values = new float[columns];
      others = new float[columns];
      thirds = new float[columns];
      third = new float[columns];
      row = new float[columns];
    }
  }
}

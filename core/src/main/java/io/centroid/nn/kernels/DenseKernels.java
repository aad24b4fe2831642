package io.centroid.nn.kernels;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

/**
 * The operations of dense networks: OpenBLAS for matrix products, and for all else loops over
 * arrays into which stretches of whole rows are copied. Matrices are row-major without gaps and
 * start at their vector's first float; a vector may be longer than its matrix. A result depends on
 * the arguments alone, and NaN stays NaN. Allocates nothing once its working space has grown to the
 * longest row. An instance keeps working space: one for each learner, not thread-safe.
 */
public final class DenseKernels {
  /** Floats of a stretch: two of them fit the first-level cache. */
  private static final int STRETCH = 4096;

  static {
    OpenBlas.useOneThread();
  }

  private float[] values = new float[STRETCH];
  private float[] others = new float[STRETCH];
  private float[] row = new float[STRETCH];

  /**
   * c = alpha * op(a) op(b) + beta * c, where op transposes or not. With {@code beta} 0 the old
   * values of {@code c} do not count, even if they are not numbers.
   *
   * @param rows of op(a) and c
   * @param columns of op(b) and c
   * @param inner columns of op(a), rows of op(b)
   */
  public void gemm(
      boolean transposeA,
      boolean transposeB,
      int rows,
      int columns,
      int inner,
      float alpha,
      FloatVector a,
      FloatVector b,
      float beta,
      FloatVector c) {
    Shapes.requireProduct(rows, columns, inner, a, b, c);
    cblas_sgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
        rows,
        columns,
        inner,
        alpha,
        a.constant(),
        transposeA ? rows : inner,
        b.constant(),
        transposeB ? inner : columns,
        beta,
        c.pointer(),
        columns);
  }

  /**
   * Adds the bias to each row and applies the function: outputs = f(sums + bias).
   *
   * @param sums left with the bias added if the function is differentiated at its input, else left
   *     arbitrary and possibly the same vector as {@code outputs}
   */
  public void activate(
      Nonlinearity function,
      int rows,
      int columns,
      FloatVector sums,
      FloatVector bias,
      FloatVector outputs) {
    int stretch = rowsOfStretch(columns);
    bias.read(0, row, columns);
    for (int first = 0; first < rows; first += stretch) {
      int count = Math.min(stretch, rows - first);
      long from = (long) first * columns;
      int length = count * columns;
      sums.read(from, values, length);
      for (int r = 0; r < count; r++) {
        addRow(values, r * columns, row, columns);
      }
      if (function.isDifferentiatedAtInput()) {
        sums.write(from, values, length);
      }
      Elementwise.apply(function, values, length);
      outputs.write(from, values, length);
    }
  }

  /**
   * Multiplies a gradient by the function's slope, as {@link #activate} left inputs and outputs:
   * delta *= f'.
   */
  public void multiplyBySlope(
      Nonlinearity function,
      int count,
      FloatVector inputs,
      FloatVector outputs,
      FloatVector delta) {
    if (function == Nonlinearity.IDENTITY) {
      return;
    }
    FloatVector at = function.isDifferentiatedAtInput() ? inputs : outputs;
    for (int from = 0; from < count; from += STRETCH) {
      int length = Math.min(STRETCH, count - from);
      at.read(from, others, length);
      delta.read(from, values, length);
      Elementwise.multiplyBySlope(function, others, values, length);
      delta.write(from, values, length);
    }
  }

  /** sums = alpha * (sums of the columns) + beta * sums, {@code beta} 0 as in {@link #gemm}. */
  public void columnSums(
      int rows, int columns, float alpha, FloatVector matrix, float beta, FloatVector sums) {
    int stretch = rowsOfStretch(columns);
    java.util.Arrays.fill(row, 0, columns, 0);
    for (int first = 0; first < rows; first += stretch) {
      int count = Math.min(stretch, rows - first);
      matrix.read((long) first * columns, values, count * columns);
      for (int r = 0; r < count; r++) {
        accumulate(row, values, r * columns, columns);
      }
    }
    Elementwise.scale(row, 0, columns, alpha);
    if (beta != 0) {
      sums.read(0, others, columns);
      for (int i = 0; i < columns; i++) {
        row[i] += beta * others[i];
      }
    }
    sums.write(0, row, columns);
  }

  /** Turns each score into a probability. */
  public void sigmoid(int count, FloatVector vector) {
    for (int from = 0; from < count; from += STRETCH) {
      int length = Math.min(STRETCH, count - from);
      vector.read(from, values, length);
      Elementwise.apply(Nonlinearity.SIGMOID, values, length);
      vector.write(from, values, length);
    }
  }

  /** Turns each row of scores into probabilities. */
  public void softmax(int rows, int columns, FloatVector matrix) {
    int stretch = rowsOfStretch(columns);
    for (int first = 0; first < rows; first += stretch) {
      int count = Math.min(stretch, rows - first);
      matrix.read((long) first * columns, values, count * columns);
      for (int r = 0; r < count; r++) {
        int from = r * columns;
        float largest = Elementwise.largest(values, from, columns);
        double sum = Elementwise.exponentiate(values, from, columns, largest);
        Elementwise.scale(values, from, columns, (float) (1 / sum));
      }
      matrix.write((long) first * columns, values, count * columns);
    }
  }

  /**
   * Softmax cross-entropy: turns scores into the gradient of the sum over the rows.
   *
   * @param labels class number of each row
   * @return sum over the rows, in nats
   */
  public double softmaxCrossEntropy(int rows, int columns, FloatVector scores, float[] labels) {
    int stretch = rowsOfStretch(columns);
    double loss = 0;
    for (int first = 0; first < rows; first += stretch) {
      int count = Math.min(stretch, rows - first);
      scores.read((long) first * columns, values, count * columns);
      for (int r = 0; r < count; r++) {
        int from = r * columns;
        int label = from + Shapes.label(labels[first + r], columns);
        float largest = Elementwise.largest(values, from, columns);
        double margin = (double) largest - values[label];
        double sum = Elementwise.exponentiate(values, from, columns, largest);
        loss += Math.log(sum) + margin;
        Elementwise.scale(values, from, columns, (float) (1 / sum));
        values[label] -= 1;
      }
      scores.write((long) first * columns, values, count * columns);
    }
    return loss;
  }

  /**
   * Cross-entropy of the sigmoid: turns scores into the gradient of the sum.
   *
   * @param targets 0 or 1, or a probability between
   * @return sum over the scores, in nats
   */
  public double sigmoidCrossEntropy(int count, FloatVector scores, float[] targets) {
    double loss = 0;
    for (int from = 0; from < count; from += STRETCH) {
      int length = Math.min(STRETCH, count - from);
      scores.read(from, values, length);
      for (int i = 0; i < length; i++) {
        double score = values[i];
        float target = targets[from + i];
        // -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)), without a logarithm of 0.
        loss += Math.max(score, 0) - score * target + Math.log1p(Math.exp(-Math.abs(score)));
        values[i] = Elementwise.sigmoid(values[i]) - target;
      }
      scores.write(from, values, length);
    }
    return loss;
  }

  /** Squared error: turns values into the gradient of the sum, which it returns. */
  public double squaredError(int count, FloatVector vector, float[] targets) {
    double loss = 0;
    for (int from = 0; from < count; from += STRETCH) {
      int length = Math.min(STRETCH, count - from);
      vector.read(from, values, length);
      for (int i = 0; i < length; i++) {
        float error = values[i] - targets[from + i];
        loss += (double) error * error;
        values[i] = 2 * error;
      }
      vector.write(from, values, length);
    }
    return loss;
  }

  /** vector *= factor. */
  public void scale(int count, float factor, FloatVector vector) {
    for (int from = 0; from < count; from += STRETCH) {
      int length = Math.min(STRETCH, count - from);
      vector.read(from, values, length);
      Elementwise.scale(values, 0, length, factor);
      vector.write(from, values, length);
    }
  }

  private int rowsOfStretch(int columns) {
    if (columns > values.length) {
      values = new float[columns];
      others = new float[columns];
      row = new float[columns];
    }
    return Math.max(1, values.length / columns);
  }

  private static void addRow(float[] values, int from, float[] row, int columns) {
    for (int i = 0; i < columns; i++) {
      values[from + i] += row[i];
    }
  }

  private static void accumulate(float[] row, float[] values, int from, int columns) {
    for (int i = 0; i < columns; i++) {
      row[i] += values[from + i];
    }
  }
}

package io.centroid.nn.kernels;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

/**
 * Kernels of dense networks: matrix products by OpenBLAS, everything else in loops over arrays into
 * which chunks of rows are copied. Matrices are row-major and contiguous, and start at their
 * vector's first float; a vector may be longer than its matrix. Results depend only on the
 * arguments, and NaN propagates. Allocates nothing once its scratch buffers have grown to the
 * longest row. Not thread-safe: use one instance per learner.
 */
public final class DenseKernels {
  /** Floats per chunk: three chunks fit the L1 cache. */
  private static final int CHUNK = 4096;

  static {
    OpenBlas.useOneThread();
  }

  private float[] values = new float[CHUNK];
  private float[] others = new float[CHUNK];
  private float[] scratch = new float[CHUNK];
  private float[] row = new float[CHUNK];
  private final VectorMath.ExpBuffers expBuffers = new VectorMath.ExpBuffers();

  /**
   * c = alpha * op(a) op(b) + beta * c, where op transposes or not. With {@code beta} 0 the old
   * values of {@code c} are ignored, NaN included.
   *
   * @param rows number of rows of op(a) and c
   * @param columns number of columns of op(b) and c
   * @param inner number of columns of op(a) and rows of op(b)
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
   * @param sums matrix products, which are replaced by the derivatives f'(sums + bias)
   */
  public void activate(
      MlpFunction function,
      int rows,
      int columns,
      FloatVector sums,
      FloatVector bias,
      FloatVector outputs) {
    int chunk = rowsPerChunk(columns);
    bias.read(0, row, columns);
    for (int first = 0; first < rows; first += chunk) {
      int count = Math.min(chunk, rows - first);
      long from = (long) first * columns;
      int length = count * columns;
      sums.read(from, values, length);
      for (int r = 0; r < count; r++) {
        addRow(values, r * columns, row, columns);
      }
      function.apply(values, others, scratch, length, expBuffers);
      outputs.write(from, others, length);
      sums.write(from, values, length);
    }
  }

  /** Backward pass of {@link #activate}: delta *= derivatives. */
  public void activationBackward(int count, FloatVector derivatives, FloatVector delta) {
    for (int from = 0; from < count; from += CHUNK) {
      int length = Math.min(CHUNK, count - from);
      derivatives.read(from, others, length);
      delta.read(from, values, length);
      VectorMath.multiply(values, others, 0, length);
      delta.write(from, values, length);
    }
  }

  /** Sum of the squares of each row, in double precision. */
  public void rowSquares(int rows, int columns, FloatVector matrix, double[] into) {
    int chunk = rowsPerChunk(columns);
    for (int first = 0; first < rows; first += chunk) {
      int count = Math.min(chunk, rows - first);
      matrix.read((long) first * columns, values, count * columns);
      for (int r = 0; r < count; r++) {
        double sum = 0;
        for (int i = r * columns; i < (r + 1) * columns; i++) {
          sum += (double) values[i] * values[i];
        }
        into[first + r] = sum;
      }
    }
  }

  /** Multiplies each row by its factor. */
  public void scaleRows(int rows, int columns, float[] factors, FloatVector matrix) {
    int chunk = rowsPerChunk(columns);
    for (int first = 0; first < rows; first += chunk) {
      int count = Math.min(chunk, rows - first);
      matrix.read((long) first * columns, values, count * columns);
      for (int r = 0; r < count; r++) {
        Elementwise.scale(values, r * columns, columns, factors[first + r]);
      }
      matrix.write((long) first * columns, values, count * columns);
    }
  }

  /** sums = alpha * (column sums) + beta * sums; {@code beta} 0 as in {@link #gemm}. */
  public void columnSums(
      int rows, int columns, float alpha, FloatVector matrix, float beta, FloatVector sums) {
    int chunk = rowsPerChunk(columns);
    java.util.Arrays.fill(row, 0, columns, 0);
    for (int first = 0; first < rows; first += chunk) {
      int count = Math.min(chunk, rows - first);
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

  /** Applies the sigmoid to each logit in place. */
  public void sigmoid(int count, FloatVector vector) {
    for (int from = 0; from < count; from += CHUNK) {
      int length = Math.min(CHUNK, count - from);
      vector.read(from, values, length);
      for (int i = 0; i < length; i++) {
        values[i] = Elementwise.sigmoid(values[i]);
      }
      vector.write(from, values, length);
    }
  }

  /** Applies softmax to each row of logits in place. */
  public void softmax(int rows, int columns, FloatVector matrix) {
    int chunk = rowsPerChunk(columns);
    for (int first = 0; first < rows; first += chunk) {
      int count = Math.min(chunk, rows - first);
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
   * Softmax cross-entropy; overwrites the logits with the gradient of the sum over the rows.
   *
   * @param labels class index of each row
   * @return sum over the rows, in nats
   */
  public double softmaxCrossEntropy(int rows, int columns, FloatVector scores, float[] labels) {
    int chunk = rowsPerChunk(columns);
    double loss = 0;
    for (int first = 0; first < rows; first += chunk) {
      int count = Math.min(chunk, rows - first);
      scores.read((long) first * columns, values, count * columns);
      for (int r = 0; r < count; r++) {
        int from = r * columns;
        int label = from + Shapes.label(labels[first + r], columns);
        float largest = Elementwise.largest(values, from, columns);
        double margin = (double) largest - values[label];
        double sum = Elementwise.exponentiate(values, from, columns, largest);
        loss += StrictMath.log(sum) + margin;
        Elementwise.scale(values, from, columns, (float) (1 / sum));
        values[label] -= 1;
      }
      scores.write((long) first * columns, values, count * columns);
    }
    return loss;
  }

  /**
   * Binary cross-entropy of sigmoid logits; overwrites the logits with the gradient of the sum.
   *
   * @param targets target probabilities from 0 to 1
   * @return sum over the logits, in nats
   */
  public double sigmoidCrossEntropy(int count, FloatVector scores, float[] targets) {
    double loss = 0;
    for (int from = 0; from < count; from += CHUNK) {
      int length = Math.min(CHUNK, count - from);
      scores.read(from, values, length);
      for (int i = 0; i < length; i++) {
        double score = values[i];
        float target = targets[from + i];
        // -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)), without a logarithm of 0.
        loss +=
            Math.max(score, 0)
                - score * target
                + StrictMath.log1p(StrictMath.exp(-Math.abs(score)));
        values[i] = Elementwise.sigmoid(values[i]) - target;
      }
      scores.write(from, values, length);
    }
    return loss;
  }

  /** Squared error; overwrites the values with the gradient of the sum, and returns the sum. */
  public double squaredError(int count, FloatVector vector, float[] targets) {
    double loss = 0;
    for (int from = 0; from < count; from += CHUNK) {
      int length = Math.min(CHUNK, count - from);
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
    for (int from = 0; from < count; from += CHUNK) {
      int length = Math.min(CHUNK, count - from);
      vector.read(from, values, length);
      Elementwise.scale(values, 0, length, factor);
      vector.write(from, values, length);
    }
  }

  private int rowsPerChunk(int columns) {
    if (columns > values.length) {
      values = new float[columns];
      others = new float[columns];
      scratch = new float[columns];
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

package io.centroid.nn.kernels;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import java.util.Arrays;

/**
 * Kernels for token-by-token decoding: products of few rows with large matrices, which are bound by
 * memory bandwidth, and attention over a key-value cache. Each call computes a band of columns, so
 * that threads can share a product. Results do not depend on the band if bands start at multiples
 * of {@link #BAND}. An instance holds scratch buffers: use one per thread.
 */
public final class DecodingKernels {
  /** Minimum width of a band in columns: one cache line. */
  public static final int BAND = 16;

  // OpenBLAS packs a matrix before a large product, which takes longer than reading it once. It
  // computes products of up to a million multiplications without packing: 61 rows of a PIECE.
  private static final int PIECE = 32;
  private static final int WIDTH = 512;
  private static final int TILE = 64;

  private static final int CHUNK = 4096;

  static {
    OpenBlas.useOneThread();
  }

  private final VectorMath.ExpBuffers expBuffers = new VectorMath.ExpBuffers();
  private float[] values = new float[CHUNK];
  private float[] others = new float[CHUNK];
  private float[] thirds = new float[CHUNK];

  /**
   * out = x * weight + bias, for a band of columns; {@code biasFrom} is the band's offset in the
   * bias.
   */
  public void multiply(
      int rows,
      int columns,
      int inner,
      Matrix x,
      Matrix weight,
      FloatVector bias,
      long biasFrom,
      Matrix out) {
    requireInside(rows, columns, inner, x, weight, out);
    reserve(columns);
    bias.read(biasFrom, values, columns);
    for (int r = 0; r < rows; r++) {
      out.vector().write(out.from() + (long) r * out.stride(), values, columns);
    }
    accumulate(rows, columns, inner, x, weight, out);
  }

  /** out += x * weight + bias, for a band of columns. */
  public void addProduct(
      int rows,
      int columns,
      int inner,
      Matrix x,
      Matrix weight,
      FloatVector bias,
      long biasFrom,
      Matrix out) {
    requireInside(rows, columns, inner, x, weight, out);
    reserve(columns);
    bias.read(biasFrom, values, columns);
    for (int r = 0; r < rows; r++) {
      long at = out.from() + (long) r * out.stride();
      out.vector().read(at, others, columns);
      VectorMath.add(others, values, 0, columns);
      out.vector().write(at, others, columns);
    }
    accumulate(rows, columns, inner, x, weight, out);
  }

  private static void requireInside(
      int rows, int columns, int inner, Matrix x, Matrix weight, Matrix out) {
    x.requireInside(rows, inner);
    weight.requireInside(inner, columns);
    out.requireInside(rows, columns);
  }

  private static void accumulate(
      int rows, int columns, int inner, Matrix x, Matrix weight, Matrix out) {
    if (rows == 1) {
      vectorProduct(true, inner, columns, 1, x, weight, 1, out);
      return;
    }
    for (int from = 0; from < inner; from += PIECE) {
      for (int column = 0; column < columns; column += WIDTH) {
        cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasNoTrans,
            rows,
            Math.min(WIDTH, columns - column),
            Math.min(PIECE, inner - from),
            1,
            x.vector().constant().getPointer(x.from() + from),
            x.stride(),
            weight
                .vector()
                .constant()
                .getPointer(weight.from() + (long) from * weight.stride() + column),
            weight.stride(),
            1,
            out.vector().pointer().getPointer(out.from() + column),
            out.stride());
      }
    }
  }

  /** out = x * table^T, for {@code columns} rows of the table. */
  public void multiplyTransposed(
      int rows, int columns, int inner, Matrix x, Matrix table, Matrix out) {
    x.requireInside(rows, inner);
    table.requireInside(columns, inner);
    out.requireInside(rows, columns);
    if (rows == 1) {
      vectorProduct(false, columns, inner, 1, x, table, 0, out);
      return;
    }
    for (int from = 0; from < columns; from += TILE) {
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasTrans,
          rows,
          Math.min(TILE, columns - from),
          inner,
          1,
          x.vector().constant().getPointer(x.from()),
          x.stride(),
          table.vector().constant().getPointer(table.from() + (long) from * table.stride()),
          table.stride(),
          0,
          out.vector().pointer().getPointer(out.from() + from),
          out.stride());
    }
  }

  private static void vectorProduct(
      boolean transpose,
      int rows,
      int columns,
      float alpha,
      Matrix x,
      Matrix matrix,
      float beta,
      Matrix out) {
    cblas_sgemv(
        CblasRowMajor,
        transpose ? CblasTrans : CblasNoTrans,
        rows,
        columns,
        alpha,
        matrix.vector().constant().getPointer(matrix.from()),
        matrix.stride(),
        x.vector().constant().getPointer(x.from()),
        1,
        beta,
        out.vector().pointer().getPointer(out.from()),
        1);
  }

  /** Applies a function to a band in place. */
  public void activate(MlpFunction function, int rows, int columns, Matrix x) {
    reserve(columns);
    for (int r = 0; r < rows; r++) {
      long at = x.from() + (long) r * x.stride();
      x.vector().read(at, values, columns);
      function.apply(values, others, thirds, columns, expBuffers);
      x.vector().write(at, others, columns);
    }
  }

  /** Copies rows of a matrix to contiguous rows. */
  public void copyRows(int rows, int columns, Matrix x, FloatVector into, long to) {
    reserve(columns);
    for (int r = 0; r < rows; r++) {
      x.vector().read(x.from() + (long) r * x.stride(), values, columns);
      into.write(to + (long) r * columns, values, columns);
    }
  }

  /**
   * Causal attention of one head.
   *
   * @param rows number of query positions; the last one attends to all {@code keyCount} keys
   * @param keyCount number of keys and values
   * @param columns width of the head
   * @param scale factor of the products of queries and keys
   * @param scores scratch vector of at least {@code rows * keyCount} floats
   */
  public void attend(
      int rows,
      int keyCount,
      int columns,
      float scale,
      Matrix query,
      Matrix keys,
      Matrix cachedValues,
      FloatVector scores,
      Matrix out) {
    query.requireInside(rows, columns);
    keys.requireInside(keyCount, columns);
    cachedValues.requireInside(keyCount, columns);
    out.requireInside(rows, columns);
    Matrix square = Matrix.at(scores, 0, keyCount);
    square.requireInside(rows, keyCount);
    if (rows == 1) {
      vectorProduct(false, keyCount, columns, scale, query, keys, 0, square);
      softmax(1, keyCount, scores);
      vectorProduct(true, keyCount, columns, 1, square, cachedValues, 0, out);
      return;
    }
    Products.gemm(false, true, rows, keyCount, columns, scale, query, keys, 0, square);
    softmax(rows, keyCount, scores);
    Products.gemm(false, false, rows, columns, keyCount, 1, square, cachedValues, 0, out);
  }

  /** Causal softmax: the last row attends to all columns, each row before it to one fewer. */
  private void softmax(int rows, int columns, FloatVector scores) {
    reserve(columns);
    for (int r = 0; r < rows; r++) {
      int visible = columns - (rows - 1 - r);
      long at = (long) r * columns;
      scores.read(at, values, visible);
      exponentiate(values, visible, VectorMath.largest(values, 0, visible), 1);
      VectorMath.scale(values, 0, visible, 1 / VectorMath.sum(values, 0, visible));
      Arrays.fill(values, visible, columns, 0);
      scores.write(at, values, columns);
    }
  }

  /**
   * x = e^((x - shift) * factor) for values that are not above the shift; exponents are clamped to
   * at least -87.3.
   */
  public void exponentiate(float[] x, int length, float shift, float factor) {
    if (factor != 1) {
      scaleFrom(x, length, shift, factor);
      VectorMath.exp(x, 0, length, 0, expBuffers);
    } else {
      VectorMath.exp(x, 0, length, shift, expBuffers);
    }
  }

  private static void scaleFrom(float[] x, int length, float shift, float factor) {
    for (int i = 0; i < length; i++) {
      x[i] = (x[i] - shift) * factor;
    }
  }

  private void reserve(int columns) {
    if (columns > values.length) {
      values = new float[columns];
      others = new float[columns];
      thirds = new float[columns];
    }
  }
}

package io.centroid.nn.matrix;

import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * A thread's share of products with {@link DecodingWeight}s: by OpenBLAS for floats, by oneDNN for
 * packed weights. An instance holds scratch buffers: use one per thread.
 */
public final class DecodingProducts implements AutoCloseable {
  private final DecodingKernels kernels;
  private final int thread;
  private final int threads;
  private @Nullable PackedProducts packed;

  /**
   * Creates the products of a thread.
   *
   * @param threads number of threads that share each product
   */
  public DecodingProducts(DecodingKernels kernels, int thread, int threads) {
    this.kernels = kernels;
    this.thread = thread;
    this.threads = threads;
  }

  /** The thread's band of a number of columns, which may be empty. */
  public Band band(int columns) {
    return Band.of(columns, thread, threads);
  }

  /**
   * out = x * weight + bias, or out += x * weight + bias, for the thread's band of columns.
   *
   * @param x shape (rows, inputs)
   * @param bias bias of all outputs; null: none, as for a transposed weight of floats
   * @param adds whether the product is added to {@code out}
   * @param out shape (rows, outputs)
   */
  public void multiply(
      int rows,
      FloatVector x,
      DecodingWeight weight,
      @Nullable FloatVector bias,
      boolean adds,
      FloatVector out) {
    int inputs = weight.inputs();
    int outputs = weight.outputs();
    Band band = band(outputs);
    if (band.columns() == 0) {
      return;
    }
    Matrix from = Matrix.at(x, 0, inputs);
    if (weight instanceof PackedWeight byOneDnn) {
      byOneDnn.requireThreads(threads);
      packed().multiply(rows, from, byOneDnn, thread, bias, adds, out);
      return;
    }
    FloatVector floats = ((DecodingWeight.Floats) weight).vector();
    Matrix to = band.of(out, outputs);
    if (bias == null) {
      kernels.multiplyTransposed(rows, band.columns(), inputs, from, band.rows(floats, inputs), to);
    } else if (adds) {
      kernels.addProduct(
          rows, band.columns(), inputs, from, band.of(floats, outputs), bias, band.from(), to);
    } else {
      kernels.multiply(
          rows, band.columns(), inputs, from, band.of(floats, outputs), bias, band.from(), to);
    }
  }

  private PackedProducts packed() {
    PackedProducts made = packed;
    if (made == null) {
      made = new PackedProducts();
      packed = made;
    }
    return made;
  }

  @Override
  public void close() {
    if (packed != null) {
      packed.close();
    }
  }
}

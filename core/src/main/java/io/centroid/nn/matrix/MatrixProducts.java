package io.centroid.nn.matrix;

import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.Products;

/** Matrix products of a training step in a {@link Precision}. Use one instance per thread. */
public interface MatrixProducts extends AutoCloseable {

  /**
   * c = op(a) op(b), or c += op(a) op(b), where op transposes or not.
   *
   * @param rows rows of c and of op(a)
   * @param columns columns of c and of op(b)
   * @param inner columns of op(a) and rows of op(b)
   * @param adds whether the product is added to c
   */
  void multiply(
      boolean transposeA,
      boolean transposeB,
      int rows,
      int columns,
      int inner,
      Matrix a,
      Matrix b,
      boolean adds,
      Matrix c);

  @Override
  default void close() {}

  /**
   * Products in a precision.
   *
   * @throws io.centroid.error.InputException if they cannot be computed here
   */
  static MatrixProducts of(Precision precision) {
    return switch (precision) {
      case FLOAT32 ->
          (transposeA, transposeB, rows, columns, inner, a, b, adds, c) ->
              Products.gemm(transposeA, transposeB, rows, columns, inner, 1, a, b, adds ? 1 : 0, c);
      case BFLOAT16 -> {
        precision.require();
        yield new Bfloat16Products();
      }
    };
  }
}

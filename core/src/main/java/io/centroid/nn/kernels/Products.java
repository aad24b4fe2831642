package io.centroid.nn.kernels;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

/** Products of {@link Matrix} views by OpenBLAS. */
public final class Products {
  static {
    OpenBlas.useOneThread();
  }

  private Products() {}

  /** c = alpha * op(a) op(b) + beta * c, where op transposes or not; c is rows x columns. */
  public static void gemm(
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
    a.requireInside(transposeA ? inner : rows, transposeA ? rows : inner);
    b.requireInside(transposeB ? columns : inner, transposeB ? inner : columns);
    c.requireInside(rows, columns);
    cblas_sgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
        rows,
        columns,
        inner,
        alpha,
        a.vector().constant().getPointer(a.from()),
        a.stride(),
        b.vector().constant().getPointer(b.from()),
        b.stride(),
        beta,
        c.vector().pointer().getPointer(c.from()),
        c.stride());
  }
}

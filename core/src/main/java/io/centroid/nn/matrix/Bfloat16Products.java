package io.centroid.nn.matrix;

import static io.centroid.nn.matrix.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_sum;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;

import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.matrix.Primitive.Argument;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.javacpp.BytePointer;

/**
 * Products whose factors are rounded to bfloat16, with sums in float32. Each product rounds its
 * factors anew, which takes a small part of its time.
 */
final class Bfloat16Products implements MatrixProducts {
  private static final int BYTES = 2;

  private final Primitive.Stream stream = new Primitive.Stream();
  private final PrimitiveCache<Stored> conversions = new PrimitiveCache<>();
  private final PrimitiveCache<Shape> products = new PrimitiveCache<>();
  private final Scratch first = new Scratch();
  private final Scratch second = new Scratch();

  /** Shape of a matrix in memory, and the distance between its rows. */
  private record Stored(int rows, int columns, int stride) {}

  private record Shape(
      boolean transposeA,
      boolean transposeB,
      int rows,
      int columns,
      int inner,
      boolean adds,
      int stride) {}

  @Override
  public void multiply(
      boolean transposeA,
      boolean transposeB,
      int rows,
      int columns,
      int inner,
      Matrix a,
      Matrix b,
      boolean adds,
      Matrix c) {
    if (rows == 0) {
      return;
    }
    c.requireInside(rows, columns);
    BytePointer roundedA = round(first, transposeA ? inner : rows, transposeA ? rows : inner, a);
    BytePointer roundedB =
        round(second, transposeB ? columns : inner, transposeB ? inner : columns, b);
    Shape shape = new Shape(transposeA, transposeB, rows, columns, inner, adds, c.stride());
    products
        .get(shape, Bfloat16Products::product)
        .run(stream, roundedA, roundedB, c.vector().pointer().getPointer(c.from()));
  }

  private BytePointer round(Scratch into, int rows, int columns, Matrix matrix) {
    matrix.requireInside(rows, columns);
    BytePointer rounded = into.of((long) rows * columns * BYTES);
    conversions
        .get(new Stored(rows, columns, matrix.stride()), Bfloat16Products::conversion)
        .run(stream, matrix.vector().constant().getPointer(matrix.from()), rounded);
    return rounded;
  }

  private static Primitive conversion(Stored stored) {
    try (Natives layouts = new Natives()) {
      dnnl_memory_desc from =
          layouts.layout(dnnl_f32, stored.rows, stored.columns, stored.stride, 1);
      dnnl_memory_desc to =
          layouts.layout(dnnl_bf16, stored.rows, stored.columns, stored.columns, 1);
      return new Primitive(
          natives -> natives.conversion(natives.attributes(), from, to),
          List.of(new Argument(DNNL_ARG_SRC, from), new Argument(DNNL_ARG_DST, to)));
    }
  }

  private static Primitive product(Shape shape) {
    try (Natives layouts = new Natives()) {
      dnnl_memory_desc a = factor(layouts, shape.rows, shape.inner, shape.transposeA);
      dnnl_memory_desc b = factor(layouts, shape.inner, shape.columns, shape.transposeB);
      dnnl_memory_desc c = layouts.layout(dnnl_f32, shape.rows, shape.columns, shape.stride, 1);
      return new Primitive(
          natives -> natives.product(attributes(natives, shape.adds), a, b, c),
          List.of(
              new Argument(DNNL_ARG_SRC, a),
              new Argument(DNNL_ARG_WEIGHTS, b),
              new Argument(DNNL_ARG_DST, c)));
    }
  }

  private static dnnl_memory_desc factor(
      Natives layouts, int rows, int columns, boolean transposed) {
    return layouts.layout(
        dnnl_bf16, rows, columns, transposed ? 1 : columns, transposed ? rows : 1);
  }

  private static dnnl_primitive_attr attributes(Natives natives, boolean adds) {
    dnnl_primitive_attr attributes = natives.attributes();
    if (adds) {
      dnnl_post_ops sum = natives.postOps();
      check(dnnl_post_ops_append_sum(sum, 1, 0, dnnl_f32));
      check(dnnl_primitive_attr_set_post_ops(attributes, sum));
    }
    return attributes;
  }

  @Override
  public void close() {
    conversions.close();
    products.close();
    first.close();
    second.close();
    stream.close();
  }
}

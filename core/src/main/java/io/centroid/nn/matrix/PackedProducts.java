package io.centroid.nn.matrix;

import static io.centroid.nn.matrix.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scales_mask;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.matrix.Primitive.Argument;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Products of rows of floats with a {@link PackedWeight}. Rows are rounded to bfloat16, or
 * quantized with a scale each. An instance holds primitives and buffers: use one per thread.
 */
final class PackedProducts implements AutoCloseable {
  /** Products of more rows are computed for a multiple of it, so that there are few primitives. */
  private static final int ROWS = 16;

  private final Natives natives = new Natives();
  private final Primitive.Stream stream = new Primitive.Stream();
  private final PrimitiveCache<Shape> products = new PrimitiveCache<>();
  private final PrimitiveCache<Shape> conversions = new PrimitiveCache<>();
  private final FloatPointer scale = new FloatPointer(natives.allocate(Float.BYTES));
  private final Scratch operand = new Scratch();
  private FloatVector product = FloatVector.allocate(0);
  private float[] row = new float[0];
  private float[] addend = new float[0];
  private float[] biases = new float[0];

  /** Shape of a product, or of a conversion, which has no columns. */
  private record Shape(WeightFormat format, int rows, int inputs, int columns) {}

  /**
   * out = x * weight + bias, or out += x * weight + bias, for a thread's band of columns.
   *
   * @param x shape (rows, inputs)
   * @param bias bias of all outputs; null: none
   * @param out shape (rows, outputs)
   */
  void multiply(
      int rows,
      Matrix x,
      PackedWeight weight,
      int thread,
      @Nullable FloatVector bias,
      boolean adds,
      FloatVector out) {
    PackedWeight.Part part = weight.part(thread);
    int columns = part.band().columns();
    int inputs = weight.inputs();
    x.requireInside(rows, inputs);
    Matrix band = part.band().of(out, weight.outputs());
    band.requireInside(rows, columns);
    reserve(Math.max(inputs, columns));
    int padded = rows <= ROWS ? rows : (rows + ROWS - 1) / ROWS * ROWS;
    if (product.size() < (long) padded * columns) {
      product.close();
      product = FloatVector.allocate((long) padded * columns);
    }
    WeightFormat format = weight.format();
    int bytes = format == WeightFormat.INT8 ? 1 : 2;
    BytePointer operands = operand.of((long) padded * inputs * bytes);
    float[] scales = new float[rows];
    for (int r = 0; r < rows; r++) {
      long at = x.from() + (long) r * x.stride();
      BytePointer to = operands.getPointer((long) r * inputs * bytes);
      scales[r] = convert(format, inputs, x.vector(), at, to);
    }
    Primitive primitive =
        products.get(
            new Shape(format, padded, inputs, columns), shape -> product(shape, part.layout()));
    if (format == WeightFormat.INT8) {
      primitive.run(stream, operands, part.data(), product.pointer(), part.scales());
    } else {
      primitive.run(stream, operands, part.data(), product.pointer());
    }
    finish(rows, columns, scales, bias, part.band().from(), adds, band);
  }

  /** Converts a row of floats, and returns its scale. */
  private float convert(WeightFormat format, int inputs, FloatVector x, long at, BytePointer to) {
    Pointer from = x.constant().getPointer(at);
    Primitive conversion =
        conversions.get(new Shape(format, 1, inputs, 0), PackedProducts::conversion);
    if (format != WeightFormat.INT8) {
      conversion.run(stream, from, to);
      return 1;
    }
    x.read(at, row, inputs);
    float rowScale = Quantization.scale(Quantization.magnitude(row, inputs));
    scale.put(0, rowScale);
    conversion.run(stream, from, to, scale);
    return rowScale;
  }

  private static Primitive conversion(Shape shape) {
    try (Natives layouts = new Natives()) {
      boolean scaled = shape.format == WeightFormat.INT8;
      int inputs = shape.inputs;
      dnnl_memory_desc from = layouts.layout(dnnl_f32, 1, inputs, inputs, 1);
      dnnl_memory_desc to = layouts.layout(PackedWeight.type(shape.format), 1, inputs, inputs, 1);
      List<Argument> arguments = new ArrayList<>();
      arguments.add(new Argument(DNNL_ARG_SRC, from));
      arguments.add(new Argument(DNNL_ARG_DST, to));
      if (scaled) {
        arguments.add(
            new Argument(DNNL_ARG_ATTR_SCALES | DNNL_ARG_DST, layouts.layout(dnnl_f32, 1)));
      }
      return new Primitive(
          natives -> {
            dnnl_primitive_attr attributes = natives.attributes();
            if (scaled) {
              check(dnnl_primitive_attr_set_scales_mask(attributes, DNNL_ARG_DST, 0));
            }
            return natives.conversion(attributes, from, to);
          },
          arguments);
    }
  }

  private static Primitive product(Shape shape, dnnl_memory_desc packed) {
    try (Natives layouts = new Natives()) {
      int type = PackedWeight.type(shape.format);
      dnnl_memory_desc x = layouts.layout(type, shape.rows, shape.inputs, shape.inputs, 1);
      dnnl_memory_desc out = layouts.layout(dnnl_f32, shape.rows, shape.columns, shape.columns, 1);
      List<Argument> arguments = new ArrayList<>();
      arguments.add(new Argument(DNNL_ARG_SRC, x));
      arguments.add(new Argument(DNNL_ARG_WEIGHTS, packed));
      arguments.add(new Argument(DNNL_ARG_DST, out));
      if (shape.format == WeightFormat.INT8) {
        arguments.add(
            new Argument(
                DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS, layouts.layout(dnnl_f32, shape.columns)));
      }
      return new Primitive(
          natives ->
              natives.product(PackedWeight.attributes(natives, shape.format), x, packed, out),
          arguments);
    }
  }

  /** out = product * scale + bias for each row, or out += that. */
  private void finish(
      int rows,
      int columns,
      float[] scales,
      @Nullable FloatVector bias,
      int from,
      boolean adds,
      Matrix out) {
    if (bias != null) {
      bias.read(from, biases, columns);
    }
    for (int r = 0; r < rows; r++) {
      product.read((long) r * columns, row, columns);
      scale(columns, scales[r]);
      if (bias != null) {
        add(columns, biases);
      }
      long at = out.from() + (long) r * out.stride();
      if (adds) {
        out.vector().read(at, addend, columns);
        add(columns, addend);
      }
      out.vector().write(at, row, columns);
    }
  }

  private void scale(int columns, float factor) {
    for (int c = 0; c < columns; c++) {
      row[c] *= factor;
    }
  }

  private void add(int columns, float[] values) {
    for (int c = 0; c < columns; c++) {
      row[c] += values[c];
    }
  }

  private void reserve(int length) {
    if (length > row.length) {
      row = new float[length];
      addend = new float[length];
      biases = new float[length];
    }
  }

  @Override
  public void close() {
    products.close();
    conversions.close();
    product.close();
    operand.close();
    stream.close();
    natives.close();
  }
}

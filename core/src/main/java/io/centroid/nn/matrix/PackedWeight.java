package io.centroid.nn.matrix;

import static io.centroid.nn.matrix.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scales_mask;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_s8;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A weight in bfloat16 or 8-bit integers, in the layout in which oneDNN reads it fastest: a part
 * for the band of columns of each thread. It is only read, so that decoders share it. The garbage
 * collector frees the memory of one that is not closed.
 */
public final class PackedWeight implements DecodingWeight {
  /** The scales are those of the outputs: the second dimension of a weight. */
  private static final int PER_OUTPUT = 1 << 1;

  private final Natives natives = new Natives();
  private final WeightFormat format;
  private final int inputs;
  private final int outputs;
  private final List<Part> parts = new ArrayList<>();
  private volatile boolean isClosed;

  /**
   * A thread's band.
   *
   * @param scales scale of each output of {@link WeightFormat#INT8}, else unused
   */
  record Part(Band band, dnnl_memory_desc layout, BytePointer data, FloatPointer scales) {}

  private PackedWeight(WeightFormat format, int inputs, int outputs) {
    this.format = format;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * Packs a weight for teams of so many threads.
   *
   * @param format not {@link WeightFormat#FLOAT32}
   */
  public static PackedWeight pack(WeightFormat format, Floats weight, int threads) {
    PackedWeight packed = new PackedWeight(format, weight.inputs(), weight.outputs());
    try (Primitive.Stream stream = new Primitive.Stream()) {
      for (int thread = 0; thread < threads; thread++) {
        Band band = Band.of(weight.outputs(), thread, threads);
        packed.parts.add(packed.part(weight, band, stream));
      }
      return packed;
    } catch (RuntimeException | Error e) {
      packed.close();
      throw e;
    }
  }

  private Part part(Floats weight, Band band, Primitive.Stream stream) {
    int columns = band.columns();
    if (columns == 0) {
      return new Part(band, new dnnl_memory_desc(), new BytePointer(), new FloatPointer());
    }
    try (Natives temporary = new Natives()) {
      // The layout for a single token, which takes longest; products of more rows also use it.
      dnnl_primitive_desc product =
          temporary.product(
              attributes(temporary, format),
              temporary.layout(type(format), 1, inputs, inputs, 1),
              temporary.anyLayout(type(format), inputs, columns),
              temporary.layout(dnnl_f32, 1, columns, columns, 1));
      dnnl_memory_desc layout = natives.layout(product, dnnl_query_weights_md);
      BytePointer data = natives.allocate(dnnl_memory_desc_get_size(layout));
      long first = weight.transposed() ? (long) band.from() * inputs : band.from();
      if (format == WeightFormat.BFLOAT16) {
        long stride = weight.transposed() ? inputs : outputs;
        dnnl_memory_desc plain = plain(temporary, dnnl_f32, columns, weight.transposed(), stride);
        convert(plain, weight.vector().constant().getPointer(first), layout, data, stream);
        return new Part(band, layout, data, new FloatPointer());
      }
      BytePointer quantized = temporary.allocate((long) inputs * columns);
      float[] scales = Quantization.quantize(weight, band, quantized);
      long stride = weight.transposed() ? inputs : columns;
      dnnl_memory_desc plain = plain(temporary, dnnl_s8, columns, weight.transposed(), stride);
      convert(plain, quantized, layout, data, stream);
      FloatPointer stored = new FloatPointer(natives.allocate((long) columns * Float.BYTES));
      return new Part(band, layout, data, stored.put(scales, 0, columns));
    }
  }

  private dnnl_memory_desc plain(
      Natives temporary, int type, int columns, boolean transposed, long stride) {
    return temporary.layout(
        type, inputs, columns, transposed ? 1 : stride, transposed ? stride : 1);
  }

  private static void convert(
      dnnl_memory_desc plain,
      Pointer from,
      dnnl_memory_desc layout,
      Pointer to,
      Primitive.Stream stream) {
    try (Primitive conversion =
        new Primitive(
            natives -> natives.conversion(natives.attributes(), plain, layout),
            List.of(
                new Primitive.Argument(DNNL_ARG_SRC, plain),
                new Primitive.Argument(DNNL_ARG_DST, layout)))) {
      conversion.run(stream, from, to);
    }
  }

  /** Type of the factors of products in a format. */
  static int type(WeightFormat format) {
    return format == WeightFormat.INT8 ? dnnl_s8 : dnnl_bf16;
  }

  /** Attributes of products in a format. */
  static dnnl_primitive_attr attributes(Natives natives, WeightFormat format) {
    dnnl_primitive_attr attributes = natives.attributes();
    if (format == WeightFormat.INT8) {
      check(dnnl_primitive_attr_set_scales_mask(attributes, DNNL_ARG_WEIGHTS, PER_OUTPUT));
    }
    return attributes;
  }

  public WeightFormat format() {
    return format;
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  /** Checks that the weight is packed for teams of so many threads. */
  void requireThreads(int threads) {
    if (threads != parts.size()) {
      throw new IllegalStateException(
          "the weight is packed for " + parts.size() + " threads: " + threads);
    }
  }

  /**
   * The part for a thread's band.
   *
   * @throws IllegalStateException if the weight is closed
   */
  Part part(int thread) {
    if (isClosed) {
      throw new IllegalStateException("the packed weight is closed");
    }
    return parts.get(thread);
  }

  @Override
  public void close() {
    isClosed = true;
    natives.close();
  }
}

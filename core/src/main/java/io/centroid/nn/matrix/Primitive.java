package io.centroid.nn.matrix;

import static io.centroid.nn.matrix.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_scratchpad_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_wait;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.Pointer;

/** A primitive of oneDNN with its arguments, for one thread. */
final class Primitive implements AutoCloseable {
  private final Natives natives = new Natives();
  private final dnnl_primitive primitive;
  private final List<dnnl_memory> values = new ArrayList<>();
  private final dnnl_exec_arg_t arguments;
  private final long scratchpadBytes;

  /** An argument's number, and its layout. */
  record Argument(int number, dnnl_memory_desc layout) {}

  /** A stream, and memory for the scratchpads of the primitives that run on it. */
  static final class Stream implements AutoCloseable {
    private final Natives natives = new Natives();
    private final dnnl_stream stream = natives.stream();
    private final Scratch scratchpad = new Scratch();

    @Override
    public void close() {
      scratchpad.close();
      natives.close();
    }
  }

  /**
   * Creates a primitive.
   *
   * @param description makes its description, of objects that are freed when it has been created
   * @param arguments the arguments in the order in which {@link #run} gets their data, with layouts
   *     that belong to the caller
   */
  Primitive(Function<Natives, dnnl_primitive_desc> description, List<Argument> arguments) {
    try (Natives temporary = new Natives()) {
      dnnl_primitive_desc described = description.apply(temporary);
      primitive = natives.primitive(described);
      dnnl_memory_desc scratchpad =
          dnnl_primitive_desc_query_md(described, dnnl_query_scratchpad_md, 0);
      scratchpadBytes = dnnl_memory_desc_get_size(scratchpad);
      this.arguments = new dnnl_exec_arg_t(arguments.size() + 1L);
      for (Argument argument : arguments) {
        add(argument.number, argument.layout);
      }
      add(DNNL_ARG_SCRATCHPAD, scratchpad);
    } catch (RuntimeException | Error e) {
      natives.close();
      throw e;
    }
  }

  private void add(int number, dnnl_memory_desc layout) {
    dnnl_memory memory = natives.argument(layout);
    arguments.getPointer(values.size()).arg(number).memory(memory);
    values.add(memory);
  }

  /** Runs the primitive on the data of its arguments. */
  void run(Stream stream, Pointer... data) {
    for (int i = 0; i < data.length; i++) {
      check(dnnl_memory_set_data_handle(values.get(i), data[i]));
    }
    Pointer scratchpad = stream.scratchpad.of(scratchpadBytes);
    check(dnnl_memory_set_data_handle(values.get(data.length), scratchpad));
    check(dnnl_primitive_execute(primitive, stream.stream, values.size(), arguments));
    check(dnnl_stream_wait(stream.stream));
    Reference.reachabilityFence(data);
  }

  @Override
  public void close() {
    arguments.deallocate();
    natives.close();
  }
}

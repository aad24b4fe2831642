package io.centroid.nn.matrix;

import static io.centroid.nn.matrix.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_matmul_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_clone;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scratchpad_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_destroy;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.BytePointer;

/** Owner of oneDNN's objects and of memory, which are freed together in reverse order. */
final class Natives implements AutoCloseable {
  /** Alignment of memory in bytes: a cache line. */
  private static final int LINE = 64;

  private final Deque<Runnable> releases = new ArrayDeque<>();

  private void onClose(Runnable release) {
    releases.push(release);
  }

  dnnl_stream stream() {
    dnnl_stream made = new dnnl_stream();
    check(dnnl_stream_create(made, OneDnn.engine(), dnnl_stream_default_flags));
    onClose(() -> check(dnnl_stream_destroy(made)));
    return made;
  }

  /** Memory that starts at a cache line. */
  BytePointer allocate(long bytes) {
    BytePointer whole = new BytePointer(bytes + LINE);
    onClose(whole::deallocate);
    return whole.getPointer(Math.floorMod(-whole.address(), LINE));
  }

  /** Layout of a matrix with strides in elements. */
  dnnl_memory_desc layout(int type, long rows, long columns, long rowStride, long columnStride) {
    dnnl_memory_desc made = new dnnl_memory_desc();
    long[] sizes = {rows, columns};
    long[] strides = {rowStride, columnStride};
    check(dnnl_memory_desc_create_with_strides(made, 2, sizes, type, strides));
    return owned(made);
  }

  /** Layout of a vector. */
  dnnl_memory_desc layout(int type, long size) {
    dnnl_memory_desc made = new dnnl_memory_desc();
    long[] strides = {1};
    check(dnnl_memory_desc_create_with_strides(made, 1, new long[] {size}, type, strides));
    return owned(made);
  }

  /** Stands for the layout that a primitive computes fastest with. */
  dnnl_memory_desc anyLayout(int type, long rows, long columns) {
    dnnl_memory_desc made = new dnnl_memory_desc();
    long[] sizes = {rows, columns};
    check(dnnl_memory_desc_create_with_tag(made, 2, sizes, type, dnnl_format_tag_any));
    return owned(made);
  }

  /** A copy of the layout of one of a primitive's arguments. */
  dnnl_memory_desc layout(dnnl_primitive_desc description, int query) {
    dnnl_memory_desc found = dnnl_primitive_desc_query_md(description, query, 0);
    if (found == null || found.isNull()) {
      throw new IllegalStateException("oneDNN has no layout for a weight");
    }
    dnnl_memory_desc made = new dnnl_memory_desc();
    check(dnnl_memory_desc_clone(made, found));
    return owned(made);
  }

  private dnnl_memory_desc owned(dnnl_memory_desc made) {
    onClose(() -> check(dnnl_memory_desc_destroy(made)));
    return made;
  }

  /** Attributes of a primitive whose scratchpad is an argument. */
  dnnl_primitive_attr attributes() {
    dnnl_primitive_attr made = new dnnl_primitive_attr();
    check(dnnl_primitive_attr_create(made));
    onClose(() -> check(dnnl_primitive_attr_destroy(made)));
    check(dnnl_primitive_attr_set_scratchpad_mode(made, dnnl_scratchpad_mode_user));
    return made;
  }

  dnnl_post_ops postOps() {
    dnnl_post_ops made = new dnnl_post_ops();
    check(dnnl_post_ops_create(made));
    onClose(() -> check(dnnl_post_ops_destroy(made)));
    return made;
  }

  /** c = a * b. */
  dnnl_primitive_desc product(
      dnnl_primitive_attr attributes, dnnl_memory_desc a, dnnl_memory_desc b, dnnl_memory_desc c) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    check(dnnl_matmul_primitive_desc_create(made, OneDnn.engine(), a, b, null, c, attributes));
    return owned(made);
  }

  /** Conversion of a matrix to another type or layout. */
  dnnl_primitive_desc conversion(
      dnnl_primitive_attr attributes, dnnl_memory_desc from, dnnl_memory_desc to) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    check(
        dnnl_reorder_primitive_desc_create(
            made, from, OneDnn.engine(), to, OneDnn.engine(), attributes));
    return owned(made);
  }

  private dnnl_primitive_desc owned(dnnl_primitive_desc made) {
    onClose(() -> check(dnnl_primitive_desc_destroy(made)));
    return made;
  }

  dnnl_primitive primitive(dnnl_primitive_desc description) {
    dnnl_primitive made = new dnnl_primitive();
    check(dnnl_primitive_create(made, description));
    onClose(() -> check(dnnl_primitive_destroy(made)));
    return made;
  }

  /** An argument whose data is given later. */
  dnnl_memory argument(dnnl_memory_desc layout) {
    dnnl_memory made = new dnnl_memory();
    check(dnnl_memory_create(made, layout, OneDnn.engine(), null));
    onClose(() -> check(dnnl_memory_destroy(made)));
    return made;
  }

  @Override
  public void close() {
    while (!releases.isEmpty()) {
      releases.pop().run();
    }
  }
}

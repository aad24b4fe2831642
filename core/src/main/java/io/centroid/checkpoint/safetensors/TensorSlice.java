package io.centroid.checkpoint.safetensors;

import io.centroid.InputErrors;
import java.util.List;
import java.util.Objects;

/**
 * A named tensor that lies in a stretch of a flat vector. The vector is not copied: it must not
 * change while the slice is being written.
 *
 * @param name the tensor's name, unique in its file
 * @param shape sizes of the dimensions; empty for a scalar
 * @param values the vector that holds the elements in row-major order
 * @param offset index of the first element in {@code values}
 */
public record TensorSlice(String name, List<Long> shape, float[] values, int offset)
    implements Tensor {
  public TensorSlice {
    shape = List.copyOf(shape);
    if (name.isEmpty() || name.equals(SafetensorsHeaderParser.METADATA_KEY)) {
      throw new IllegalArgumentException("not a tensor's name: " + InputErrors.quote(name));
    }
    if (shape.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException("negative size in the shape of " + name + ": " + shape);
    }
    Objects.checkFromIndexSize((long) offset, Shapes.elements(shape), (long) values.length);
  }

  /** A tensor that fills a vector of its own. */
  public static TensorSlice whole(String name, float[] values) {
    return new TensorSlice(name, List.of((long) values.length), values, 0);
  }

  @Override
  public void read(long from, float[] into, int count) {
    System.arraycopy(values, Math.toIntExact(offset + from), into, 0, count);
  }
}

package io.centroid.checkpoint.safetensors;

import io.centroid.error.InputErrors;
import java.util.List;
import java.util.Objects;

/**
 * A named tensor backed by a slice of a flat vector. The vector is not copied: it must not change
 * during the write.
 *
 * @param name name of the tensor, unique in its file
 * @param shape sizes of the dimensions; empty for a scalar
 * @param values vector with the elements in row-major order
 * @param offset index of the first element in {@code values}
 */
public record TensorSlice(String name, List<Long> shape, float[] values, int offset)
    implements Tensor {
  public TensorSlice {
    shape = List.copyOf(shape);
    if (name.isEmpty() || name.equals(SafetensorsHeaderParser.METADATA_KEY)) {
      throw new IllegalArgumentException("not a valid tensor name: " + InputErrors.quote(name));
    }
    if (shape.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException("negative size in the shape of " + name + ": " + shape);
    }
    Objects.checkFromIndexSize((long) offset, Shapes.elements(shape), (long) values.length);
  }

  /** A tensor that spans a whole vector. */
  public static TensorSlice whole(String name, float[] values) {
    return new TensorSlice(name, List.of((long) values.length), values, 0);
  }

  @Override
  public void read(long from, float[] into, int count) {
    System.arraycopy(values, Math.toIntExact(offset + from), into, 0, count);
  }
}

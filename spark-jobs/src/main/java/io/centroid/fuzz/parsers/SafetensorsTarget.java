package io.centroid.fuzz.parsers;

import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.safetensors.DType;
import io.centroid.safetensors.SafetensorsReader;
import io.centroid.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A safetensors file on the local disk: every tensor is read, and mapped where that can be. */
final class SafetensorsTarget implements FuzzTarget {
  private static final Set<DType> READ = Set.of(DType.F32, DType.F64, DType.F16, DType.BF16);

  private final LocalFolder folder = LocalFolder.create();

  @Override
  public List<PartFormat> formats() {
    return List.of(PartFormat.SAFETENSORS);
  }

  @Override
  public List<byte[]> seeds() {
    return TensorFiles.seeds();
  }

  @Override
  public List<String> dictionary() {
    return TensorFiles.WORDS;
  }

  @Override
  public Bound bound() {
    return Bound.TREE;
  }

  @Override
  public void read(byte[] input) throws IOException {
    try (SafetensorsReader reader =
        SafetensorsReader.open(folder.write("model.safetensors", input))) {
      long mappedBytes = 0;
      for (TensorInfo tensor : reader.tensors()) {
        if (READ.contains(tensor.dtype())) {
          float[] values = reader.readFloats(tensor.name());
          Optional<FloatBuffer> mapped = reader.map(tensor.name());
          if (mapped.isPresent()) {
            mappedBytes += (long) Float.BYTES * mapped.get().limit();
            requireSame(values, mapped.get());
          }
        }
      }
      if (mappedBytes > input.length) {
        throw new AssertionError(mappedBytes + " bytes mapped of a file of " + input.length);
      }
    }
  }

  private static void requireSame(float[] values, FloatBuffer mapped) {
    for (int i = 0; i < values.length; i++) {
      if (Float.floatToRawIntBits(values[i]) != Float.floatToRawIntBits(mapped.get(i))) {
        throw new AssertionError("element " + i + " is not the same when it is mapped");
      }
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}

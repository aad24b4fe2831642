package io.centroid.huggingface;

import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * The storage location of a model's tensor.
 *
 * @param entry entry of the parameter layout
 * @param file name of the file
 * @param info description of the tensor in the file
 */
record TensorLocation(Entry entry, String file, TensorInfo info) {
  private static final int CHUNK_FLOATS = 1 << 18;

  /** Memory-maps the tensor if possible, else reads it into memory of the arena. */
  FloatVector read(SafetensorsReader reader, Arena arena) throws IOException {
    Optional<FloatBuffer> mapped = reader.map(info.name());
    if (mapped.isPresent()) {
      return FloatVector.readOnly(mapped.get());
    }
    FloatVector vector = arena.allocate(entry.size());
    copy(reader, vector, 0);
    return vector;
  }

  /** Copies the tensor into a vector at an offset, in chunks of one MiB. */
  void copy(SafetensorsReader reader, FloatVector into, long to) throws IOException {
    float[] chunk = new float[(int) Math.min(CHUNK_FLOATS, entry.size())];
    for (long done = 0; done < entry.size(); done += chunk.length) {
      int count = (int) Math.min(chunk.length, entry.size() - done);
      reader.readFloats(info.name(), done, chunk, 0, count);
      into.write(to + done, chunk, count);
    }
  }
}

package io.centroid.fuzz;

import io.centroid.checkpoint.safetensors.SafetensorsWriter;
import io.centroid.checkpoint.safetensors.TensorSlice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Builds safetensors files. */
final class TensorFiles {
  private TensorFiles() {}

  static byte[] file(List<TensorSlice> tensors) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      SafetensorsWriter.write(out, tensors, Map.of("format", "pt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Builds a file with types and orders that only other writers use. */
  static byte[] file(String json, int dataBytes) {
    byte[] header = Inputs.utf8(json);
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }
}

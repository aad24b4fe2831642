package io.centroid.fuzz.parsers;

import io.centroid.safetensors.SafetensorsWriter;
import io.centroid.safetensors.TensorSlice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Safetensors files to begin from. */
final class TensorFiles {
  static final List<String> WORDS =
      List.of(
          "F32",
          "F16",
          "BF16",
          "F64",
          "I64",
          "U8",
          "BOOL",
          "\"dtype\":",
          "\"shape\":",
          "\"data_offsets\":",
          "\"__metadata__\":",
          "[0,0]",
          "[0]",
          "[]");

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

  /** A file of which our own writer knows nothing: types and orders that others write. */
  static byte[] file(String json, int dataBytes) {
    byte[] header = Text.bytes(json);
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  static List<byte[]> seeds() {
    float[] values = {1, 2, 3, 4, 5, 6};
    return List.of(
        file(
            List.of(
                new TensorSlice("0.W", List.of(2L, 2L), values, 0),
                new TensorSlice("0.b", List.of(1L), values, 4))),
        file(
            "{\"b\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[8,14]},\"none\":{\"dtype\":"
                + "\"F32\",\"shape\":[0,9],\"data_offsets\":[8,8]},\"a\":{\"data_offsets\":[0,8],"
                + "\"dtype\":\"F64\",\"shape\":[]}}  ",
            14),
        file("{\"t\":{\"dtype\":\"BF16\",\"shape\":[4000],\"data_offsets\":[0,8000]}}", 8000));
  }
}

package io.centroid.checkpoint.safetensors;

import io.centroid.io.ByteSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Safetensors files built byte by byte, independently of the writer under test. */
final class SafetensorsBytes {
  private SafetensorsBytes() {}

  static byte[] file(String json, byte[] data) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    return file(header.length, header, data);
  }

  static byte[] file(long declaredLength, byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(declaredLength)
        .put(header)
        .put(data)
        .array();
  }

  /** One tensor {@code t} of the given type that fills the data. */
  static byte[] single(String dtype, int elements, byte[] data) {
    return file(
        "{\"t\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(dtype, elements, data.length),
        data);
  }

  /** An in-memory source. */
  static ByteSource source(byte[] file) {
    return new ByteSource() {
      @Override
      public String name() {
        return "model.safetensors";
      }

      @Override
      public long length() {
        return file.length;
      }

      @Override
      public void read(long position, byte[] into, int count) {
        System.arraycopy(file, Math.toIntExact(position), into, 0, count);
      }

      @Override
      public void close() {}
    };
  }
}

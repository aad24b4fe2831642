package io.centroid.checkpoint.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A writer of F32 tensors as safetensors files (see {@link SafetensorsHeader} for the format).
 * Equal tensors in equal order yield equal bytes. Data is aligned to eight bytes and streamed in
 * chunks of one MiB.
 */
public final class SafetensorsWriter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int CHUNK_FLOATS = 1 << 18;

  private SafetensorsWriter() {}

  /**
   * Writes the tensors in the given order; leaves the stream open.
   *
   * @param metadata free text pairs, written in key order; may be empty
   * @throws IllegalArgumentException if two tensors have the same name
   */
  public static void write(
      OutputStream out, List<? extends Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] json = header(tensors, metadata);
    int padded = (json.length + 7) & ~7;
    if (padded > SafetensorsHeader.MAX_JSON_BYTES) {
      throw new IllegalArgumentException("safetensors header over 100 MB: " + padded);
    }
    ByteBuffer head = ByteBuffer.allocate(SafetensorsHeader.PREFIX_BYTES + padded);
    head.order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    out.write(head.array());
    float[] values = new float[CHUNK_FLOATS];
    byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
    for (Tensor tensor : tensors) {
      writeData(out, tensor, values, chunk);
    }
  }

  private static byte[] header(List<? extends Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Set<String> names = new HashSet<>();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeaderParser.METADATA_KEY);
        for (Map.Entry<String, String> pair : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(pair.getKey(), pair.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Tensor tensor : tensors) {
        if (!names.add(tensor.name())) {
          throw new IllegalArgumentException("two tensors are named " + tensor.name());
        }
        long end =
            Math.addExact(begin, Math.multiplyExact(Shapes.elements(tensor.shape()), Float.BYTES));
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", DType.F32.name());
        json.writeFieldName("shape");
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void writeData(OutputStream out, Tensor tensor, float[] values, byte[] chunk)
      throws IOException {
    FloatBuffer floats = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    long elements = Shapes.elements(tensor.shape());
    for (long done = 0; done < elements; ) {
      int count = (int) Math.min(values.length, elements - done);
      tensor.read(done, values, count);
      floats.put(0, values, 0, count);
      out.write(chunk, 0, count * Float.BYTES);
      done += count;
    }
  }
}

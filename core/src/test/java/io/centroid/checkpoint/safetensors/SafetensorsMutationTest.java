package io.centroid.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Damage;
import io.centroid.error.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A mutated file is either read or rejected with a one-line error. */
final class SafetensorsMutationTest {
  private static final int MUTATIONS = 20_000;

  @Test
  void areReadOrRejected() throws IOException {
    float[] vector = {1, 1, 1, 1, 1};
    List<TensorSlice> tensors =
        List.of(
            new TensorSlice("0.W", List.of(2L, 2L), vector, 0),
            new TensorSlice("0.b", List.of(1L), vector, 4));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(out, tensors, Map.of("format", "pt"));
    byte[] original = out.toByteArray();
    int rejected = 0;
    Damage damage = new Damage(17, "F32", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"");
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] file = i % 4 == 0 ? damage.to(original) : withDamagedHeader(original, damage);
      try (SafetensorsReader reader = new SafetensorsReader(SafetensorsBytes.source(file))) {
        for (TensorInfo tensor : reader.tensors()) {
          if (FloatDecoder.reads(tensor.dtype())) {
            reader.readFloats(tensor.name());
          }
        }
      } catch (InputException e) {
        assertThat(e).hasMessageMatching(Damage.ONE_LINE);
        rejected++;
      }
    }
    assertThat(rejected).isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }

  /** Mutates the JSON and keeps the length before it valid. */
  private static byte[] withDamagedHeader(byte[] file, Damage damage) {
    int end = 8 + (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = damage.to(Arrays.copyOfRange(file, 8, end));
    return SafetensorsBytes.file(header.length, header, Arrays.copyOfRange(file, end, file.length));
  }
}

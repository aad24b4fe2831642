package io.centroid.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.InputException;
import io.centroid.fuzz.Mutator;
import io.centroid.fuzz.PartFormat;
import io.centroid.fuzz.Trial;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Damaged files are read or refused with one line; nothing else ever happens. */
final class SafetensorsMutationTest {
  private static final int MUTATIONS = 20_000;

  @Test
  void areReadOrRefused() throws IOException {
    float[] vector = {1, 1, 1, 1, 1};
    List<TensorSlice> tensors =
        List.of(
            new TensorSlice("0.W", List.of(2L, 2L), vector, 0),
            new TensorSlice("0.b", List.of(1L), vector, 4));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(out, tensors, Map.of("format", "pt"));
    byte[] original = out.toByteArray();
    int refused = 0;
    Mutator mutator =
        new Mutator(17, List.of("F32", "\"shape\"", "\"data_offsets\"", "\"__metadata__\""));
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] file = mutator.mutate(original, PartFormat.SAFETENSORS, original);
      try (SafetensorsReader reader = new SafetensorsReader(SafetensorsBytes.source(file))) {
        for (TensorInfo tensor : reader.tensors()) {
          if (FloatDecoder.reads(tensor.dtype())) {
            reader.readFloats(tensor.name());
          }
        }
      } catch (InputException e) {
        assertThat(Trial.complaint(e.getMessage())).isEmpty();
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }
}

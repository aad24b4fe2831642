package io.centroid.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.centroid.error.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsRoundTripTest {
  @TempDir Path folder;

  @Test
  void writesTheFormatByteForByte() throws IOException {
    float[] vector = {9f, 1f, -2f, Float.NaN};
    byte[] written =
        write(
            List.of(
                new TensorSlice("w", List.of(1L, 2L), vector, 1),
                new TensorSlice("é", List.of(), vector, 0)),
            Map.of("k", "val"));
    String json =
        "{\"__metadata__\":{\"k\":\"val\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"é\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    assertThat(header).hasSize(137);
    byte[] padded = Arrays.copyOf(header, 144);
    Arrays.fill(padded, 137, 144, (byte) ' ');
    byte[] data = HexFormat.of().parseHex("0000803f" + "000000c0" + "00001041");
    assertThat(written).isEqualTo(SafetensorsBytes.file(144, padded, data));
    assertThat(Arrays.copyOf(written, 8)).isEqualTo(new byte[] {(byte) 144, 0, 0, 0, 0, 0, 0, 0});
  }

  @Test
  void readsBackBitwiseIdenticalValuesAcrossChunks() throws IOException {
    int[] bits = new int[600_000];
    Arrays.setAll(bits, i -> i * 0x9E3779B9);
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Float.intBitsToFloat(bits[i]);
    }
    byte[] file = write(List.of(TensorSlice.whole("t", values)), Map.of());
    try (SafetensorsReader reader = new SafetensorsReader(SafetensorsBytes.source(file))) {
      float[] read = new float[values.length + 2];
      reader.readFloats("t", read, 1);
      for (int i = 0; i < bits.length; i++) {
        assertThat(Float.floatToRawIntBits(read[i + 1]))
            .isEqualTo(Float.floatToRawIntBits(values[i]));
      }
    }
  }

  @Test
  void readsLocalAndHadoopFilesAlike() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Files.write(file, write(List.of(TensorSlice.whole("t", new float[] {1f, 2f})), Map.of()));
    FileSystem local = FileSystem.getLocal(new Configuration());
    try (SafetensorsReader plain = SafetensorsReader.open(file);
        SafetensorsReader hadoop =
            SafetensorsReader.open(local, new org.apache.hadoop.fs.Path(file.toUri()))) {
      assertThat(plain.readFloats("t")).containsExactly(1f, 2f);
      assertThat(hadoop.readFloats("t")).containsExactly(1f, 2f);
      assertThat(hadoop.tensors()).isEqualTo(plain.tensors());
    }
  }

  @Test
  void rejectsUnsupportedTypesAndUnknownNames() throws IOException {
    byte[] file = SafetensorsBytes.single("I32", 2, new byte[8]);
    try (SafetensorsReader reader = new SafetensorsReader(SafetensorsBytes.source(file))) {
      assertThatThrownBy(() -> reader.readFloats("t"))
          .isInstanceOf(InputException.class)
          .hasMessage("model.safetensors: tensor \"t\": expected F32, F16, BF16 or F64, found I32");
      assertThatThrownBy(() -> reader.readFloats("u"))
          .isInstanceOf(InputException.class)
          .hasMessage("model.safetensors: no tensor named \"u\"");
    }
  }

  @Test
  void rejectsAmbiguousNames() {
    TensorSlice tensor = TensorSlice.whole("t", new float[1]);
    assertThatThrownBy(() -> write(List.of(tensor, tensor), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two tensors are named t");
    assertThatThrownBy(() -> TensorSlice.whole("__metadata__", new float[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TensorSlice("t", List.of(2L), new float[2], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void writesAForeignFilesDataByteForByte() throws IOException {
    Path model =
        Path.of(System.getProperty("centroid.shared", "../shared"))
            .resolve("fixtures/gpt2-tiny/model.safetensors");
    assumeThat(model).as("the GPT-2 test model").exists();
    List<TensorSlice> tensors = new ArrayList<>();
    SafetensorsHeader header;
    try (SafetensorsReader reader = SafetensorsReader.open(model)) {
      header = reader.header();
      for (TensorInfo tensor : reader.tensors()) {
        float[] values = reader.readFloats(tensor.name());
        tensors.add(new TensorSlice(tensor.name(), tensor.shape(), values, 0));
      }
    }
    assertThat(header.metadata()).isEqualTo(Map.of("format", "pt"));
    byte[] original = Files.readAllBytes(model);
    byte[] written = write(tensors, header.metadata());
    assertThat(dataOf(written)).isEqualTo(dataOf(original));
    try (SafetensorsReader reader = new SafetensorsReader(SafetensorsBytes.source(written))) {
      assertThat(reader.tensors()).isEqualTo(header.tensors());
    }
  }

  private static byte[] dataOf(byte[] file) {
    long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Arrays.copyOfRange(file, 8 + Math.toIntExact(header), file.length);
  }

  private static byte[] write(List<TensorSlice> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(out, tensors, metadata);
    return out.toByteArray();
  }
}

package io.centroid.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MappedTensorTest {
  @TempDir Path folder;

  @Test
  void localFloatsAreMappedAndStayValidAfterClose() throws IOException {
    Path file = file(new float[] {9, 1, -2, Float.NaN}, new float[] {7});
    FloatBuffer mapped;
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      mapped = reader.map("b").orElseThrow();
      assertThat(reader.map("a").orElseThrow().get(2)).isEqualTo(-2);
    }
    assertThat(mapped.isReadOnly()).isTrue();
    assertThat(mapped.isDirect()).isTrue();
    assertThat(mapped.limit()).isEqualTo(1);
    assertThat(mapped.get(0)).isEqualTo(7);
  }

  @Test
  void detectsATruncatedFileBeforeMapping() throws IOException {
    Path file = file(new float[5000], new float[] {7});
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 2);
      }
      assertThat(reader.map("a")).isPresent();
      assertThatThrownBy(() -> reader.map("b"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("ends before byte ");
    }
    assertThatThrownBy(() -> SafetensorsReader.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("begin <= end <= 20002");
  }

  @Test
  void unsupportedTensorsAreNotMapped() throws IOException {
    Path halves = Files.write(folder.resolve("h"), SafetensorsBytes.single("F16", 2, new byte[4]));
    String json = "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    Path crooked = Files.write(folder.resolve("c"), SafetensorsBytes.file(json, new byte[4]));
    assertThat((8 + json.length()) % 4).isNotZero();
    FileSystem local = FileSystem.getLocal(new Configuration());
    Path plain = file(new float[1], new float[1]);
    try (SafetensorsReader half = SafetensorsReader.open(halves);
        SafetensorsReader odd = SafetensorsReader.open(crooked);
        SafetensorsReader hadoop =
            SafetensorsReader.open(local, new org.apache.hadoop.fs.Path(plain.toUri()))) {
      assertThat(half.map("t")).isEmpty();
      assertThat(odd.map("t")).isEmpty();
      assertThat(odd.readFloats("t")).containsExactly(0);
      assertThat(hadoop.map("a")).isEmpty();
    }
  }

  @Test
  void readsARangeOfATensor() throws IOException {
    float[] values = new float[600_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    try (SafetensorsReader reader = SafetensorsReader.open(file(values, new float[1]))) {
      float[] into = new float[500_002];
      reader.readFloats("a", 99_999, into, 1, 500_001);
      assertThat(into[0]).isZero();
      assertThat(into[1]).isEqualTo(99_999);
      assertThat(into[262_145]).isEqualTo(99_999 + 262_144);
      assertThat(into[500_001]).isEqualTo(599_999);
      assertThatThrownBy(() -> reader.readFloats("a", 1, into, 0, 600_000))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private Path file(float[] a, float[] b) throws IOException {
    Path file = folder.resolve("two.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsWriter.write(
          out, List.of(TensorSlice.whole("a", a), TensorSlice.whole("b", b)), Map.of());
    }
    return file;
  }
}

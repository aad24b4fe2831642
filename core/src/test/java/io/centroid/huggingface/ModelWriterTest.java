package io.centroid.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.data.CountedFileSystem;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.ReadOnlyVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelWriterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final byte[] TEXT = "{\"top_k\": 3}\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temporary;

  @Test
  void theTestModelSurvivesARoundTripByteForByte() throws IOException {
    Path fixture =
        Path.of(System.getProperty("centroid.shared", "../shared"), "fixtures", "gpt2-tiny");
    assumeThat(fixture).as("the GPT-2 test model").exists();
    ModelDirectory directory = read(fixture);
    assertThat(directory.config().width()).isEqualTo(64);
    assertThat(directory.layout().entries()).hasSize(28);
    Map<String, FloatVector> mapped = directory.tensors(new Arena());
    FloatVector parameters = FloatVector.allocate(directory.layout().parameterCount());
    directory.load(parameters);
    try (SafetensorsReader reader = SafetensorsReader.open(fixture.resolve("model.safetensors"))) {
      for (TensorInfo info : reader.tensors()) {
        FloatVector tensor = Objects.requireNonNull(mapped.get(info.name()));
        float[] values = new float[(int) tensor.size()];
        tensor.store(values);
        assertThat(ReadOnlyVectors.isReadOnly(tensor)).isTrue();
        assertThat(values).as(info.name()).isEqualTo(reader.readFloats(info.name()));
      }
    }

    Path first = temporary.resolve("first");
    write(first, contents(directory, parameters), false);
    ModelDirectory again = read(first);
    FloatVector reloaded = FloatVector.allocate(again.layout().parameterCount());
    again.load(reloaded);
    Path second = temporary.resolve("second");
    write(second, contents(again, reloaded), false);

    byte[] original = Files.readAllBytes(fixture.resolve("model.safetensors"));
    byte[] written = Files.readAllBytes(first.resolve("model.safetensors"));
    assertThat(data(written)).isEqualTo(data(original));
    assertThat(JSON.readTree(header(written))).isEqualTo(JSON.readTree(header(original)));
    assertThat(names(written)).isEqualTo(names(original));
    // Hugging Face's writer emits no spaces, like this one; the test model's writer did.
    assertThat(header(written).strip()).isEqualTo(header(original).strip().replace(" ", ""));
    assertThat(header(written).length() % 8).isZero();
    assertThat(JSON.readTree(first.resolve("config.json").toFile()))
        .isEqualTo(JSON.readTree(fixture.resolve("config.json").toFile()));
    for (String name : List.of("config.json", "model.safetensors")) {
      assertThat(second.resolve(name)).hasSameBinaryContentAs(first.resolve(name));
    }
  }

  @Test
  void writesExactlyTheExpectedFiles() throws IOException {
    Path parent = temporary.resolve("not/there");
    Path folder = parent.resolve("model");
    write(folder, small(), false);
    assertThat(tree(parent))
        .containsExactly(
            "model",
            "model/config.json",
            "model/generation_config.json",
            "model/merges.txt",
            "model/model.safetensors");
    assertThat(folder.resolve("generation_config.json")).hasBinaryContent(TEXT);
    ModelDirectory read = read(folder);
    assertThat(read.generation().topK()).isEqualTo(3);
    assertThat(read.config()).isEqualTo(SmallModel.CONFIG);
    requireParameters(read);
  }

  @Test
  void largeModelsAreShardedWithAnIndex() throws IOException {
    Path folder = temporary.resolve("model");
    ModelWriter.write(FILES, path(folder), small(), false, OptionalLong.of(300));
    List<String> files = tree(folder);
    long shards = files.stream().filter(name -> name.startsWith("model-")).count();
    assertThat(shards).isGreaterThan(5);
    assertThat(files)
        .contains("model-00001-of-%05d.safetensors".formatted(shards))
        .contains("model.safetensors.index.json")
        .doesNotContain("model.safetensors");
    JsonNode index = JSON.readTree(folder.resolve("model.safetensors.index.json").toFile());
    assertThat(index.get("metadata").get("total_size").asLong())
        .isEqualTo(4 * Gpt2Layout.of(SmallModel.CONFIG).parameterCount());
    assertThat(index.get("weight_map")).hasSize(28);
    for (String name : files) {
      if (name.startsWith("model-")) {
        try (SafetensorsReader reader = SafetensorsReader.open(folder.resolve(name))) {
          List<TensorInfo> tensors = reader.tensors();
          long bytes = tensors.get(tensors.size() - 1).end();
          assertThat(bytes <= 300 || tensors.size() == 1).isTrue();
          assertThat(reader.header().metadata()).isEqualTo(Map.of("format", "pt"));
        }
      }
    }
    requireParameters(read(folder));
  }

  @Test
  void replacesAModelOnlyWithOverwrite() throws IOException {
    Path folder = temporary.resolve("model");
    write(folder, small(), false);
    Files.writeString(folder.resolve("notes.txt"), "old");
    Map<String, FloatVector> mapped = read(folder).tensors(new Arena());
    assertThatThrownBy(() -> write(folder, small(), false))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("model: already exists, expected a new directory");
    assertThat(folder.resolve("notes.txt")).hasContent("old");

    FloatVector zeros = FloatVector.allocate(Gpt2Layout.of(SmallModel.CONFIG).parameterCount());
    write(folder, new ModelContents(config(), 0, zeros, Map.of()), true);

    assertThat(tree(temporary))
        .containsExactly("model", "model/config.json", "model/model.safetensors");
    float[] value = {1};
    FloatVector now =
        Objects.requireNonNull(read(folder).tensors(new Arena()).get(Gpt2Layout.TOKENS));
    now.read(0, value, 1);
    assertThat(value[0]).isZero();
    Objects.requireNonNull(mapped.get(Gpt2Layout.TOKENS)).read(0, value, 1);
    assertThat(value[0]).as("the old file, still mapped").isEqualTo(-127);
  }

  @Test
  void neverReplacesAnythingButAModel() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("home"));
    write(folder, small(), true);
    Files.delete(folder.resolve("config.json"));
    assertThatThrownBy(() -> write(folder, small(), true))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "home: expected a new or empty directory, or one with config.json to overwrite, found"
                + " another");
    assertThatThrownBy(() -> write(folder.resolve("model.safetensors"), small(), true))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> write(Path.of("/"), small(), true)).isInstanceOf(InputException.class);
    assertThat(tree(temporary)).hasSize(4).contains("home/merges.txt");
  }

  @Test
  void aFailureLeavesThePreviousState() throws IOException {
    Path folder = temporary.resolve("model");
    write(folder, small(), false);
    List<String> before = tree(temporary);
    Configuration configuration = new Configuration();
    configuration.set("fs.full.impl", FullFileSystem.class.getName());
    HadoopFiles full = new HadoopFiles(configuration);
    for (String name : List.of("model", "other")) {
      var path = new org.apache.hadoop.fs.Path("full://" + temporary.resolve(name));
      assertThatThrownBy(() -> ModelWriter.write(full, path, small(), true, OptionalLong.empty()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("No space left");
    }
    assertThat(tree(temporary)).isEqualTo(before);
    requireParameters(read(folder));
  }

  @Test
  void writesToOtherFileSystems() {
    Configuration configuration = new Configuration();
    configuration.set("fs.counted.impl", CountedFileSystem.class.getName());
    HadoopFiles files = new HadoopFiles(configuration);
    var path = new org.apache.hadoop.fs.Path("counted://" + temporary.resolve("model"));
    for (boolean overwrite : new boolean[] {false, true}) {
      ModelWriter.write(files, path, small(), overwrite, OptionalLong.of(500));
    }
    requireParameters(ModelDirectory.read(files, path));
  }

  @Test
  void rejectsInconsistentContents() {
    Gpt2ConfigJson config = config();
    FloatVector none = FloatVector.allocate(1);
    assertThatThrownBy(() -> new ModelContents(config, 0, none, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("elements, found 1");
    for (String name : List.of("../x", "a/b", "config.json", "model.safetensors", ".hidden", "")) {
      assertThatThrownBy(
              () -> new ModelContents(config, 0, small().parameters(), Map.of(name, TEXT)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** A local disk that is full when weights are written. */
  public static final class FullFileSystem extends org.apache.hadoop.fs.RawLocalFileSystem {
    @Override
    public String getScheme() {
      return "full";
    }

    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("full:///");
    }

    @Override
    public org.apache.hadoop.fs.FSDataOutputStream create(
        org.apache.hadoop.fs.Path path, boolean overwrite) throws IOException {
      if (path.getName().endsWith(".safetensors")) {
        throw new IOException("No space left on device");
      }
      return super.create(path, overwrite);
    }
  }

  private static ModelContents contents(ModelDirectory directory, FloatVector parameters) {
    return new ModelContents(
        directory.configJson(), directory.classes(), parameters, directory.otherFiles());
  }

  private static Gpt2ConfigJson config() {
    return Gpt2ConfigJson.of(SmallModel.CONFIG);
  }

  private static ModelContents small() {
    FloatVector parameters =
        FloatVector.allocate(Gpt2Layout.of(SmallModel.CONFIG).parameterCount());
    for (Entry entry : Gpt2Layout.of(SmallModel.CONFIG).entries()) {
      parameters.write(entry.offset(), SmallModel.values(entry), (int) entry.size());
    }
    return new ModelContents(
        config(), 0, parameters, Map.of("generation_config.json", TEXT, "merges.txt", TEXT));
  }

  private static void requireParameters(ModelDirectory directory) {
    float[] expected = new float[(int) directory.layout().parameterCount()];
    small().parameters().store(expected);
    FloatVector loaded = FloatVector.allocate(expected.length);
    directory.load(loaded);
    float[] values = new float[expected.length];
    loaded.store(values);
    assertThat(values).isEqualTo(expected);
  }

  private static void write(Path folder, ModelContents contents, boolean overwrite) {
    ModelWriter.write(FILES, path(folder), contents, overwrite, OptionalLong.empty());
  }

  private static ModelDirectory read(Path folder) {
    return ModelDirectory.read(FILES, path(folder));
  }

  private static org.apache.hadoop.fs.Path path(Path folder) {
    return new org.apache.hadoop.fs.Path(folder.toUri());
  }

  private static String header(byte[] file) {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return new String(file, 8, length, StandardCharsets.UTF_8);
  }

  private static byte[] data(byte[] file) {
    return Arrays.copyOfRange(file, 8 + header(file).length(), file.length);
  }

  /** Names of the header's keys in order. */
  private static List<String> names(byte[] file) throws IOException {
    List<String> names = new java.util.ArrayList<>();
    JSON.readTree(header(file)).fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> tree(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> !path.equals(folder))
          .map(path -> folder.relativize(path).toString())
          .sorted()
          .toList();
    }
  }
}

package io.centroid.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Config.Dropout;
import io.centroid.nn.gpt2.Gpt2Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;

/**
 * A model directory with a few hundred parameters, built byte by byte, independently of the code
 * under test. Its values are small integers, which all types represent exactly.
 */
final class SmallModel {
  static final Gpt2Config CONFIG =
      new Gpt2Config(2, 2, 4, 5, 7, 16, new Dropout(0.1f, 0.2f, 0.3f), 1e-5f);
  static final String CONFIG_JSON =
      """
      {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new",
       "n_layer": 2, "n_head": 2, "n_embd": 4, "n_positions": 5, "n_ctx": 5, "vocab_size": 7,
       "embd_pdrop": 0.1, "attn_pdrop": 0.2, "resid_pdrop": 0.3, "layer_norm_epsilon": 1e-05,
       "eos_token_id": 6, "task_specific_params": {"a": [1, null, 2.5]}, "n_inner": null}
      """;

  final Path folder;
  final Map<String, Stored> tensors = new LinkedHashMap<>();

  record Stored(String dtype, List<Long> shape, float[] values) {}

  SmallModel(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    for (Entry entry : Gpt2Layout.of(CONFIG).entries()) {
      tensors.put(entry.name(), new Stored("F32", entry.shape(), values(entry)));
    }
    config(CONFIG_JSON);
  }

  /** Elements of a tensor: integers below 128 that differ between tensors. */
  static float[] values(Entry entry) {
    float[] values = new float[(int) entry.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (entry.offset() + 3L * i) % 255 - 127;
    }
    return values;
  }

  SmallModel config(String json) throws IOException {
    return file(Gpt2ConfigJson.FILE, json);
  }

  SmallModel file(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
    return this;
  }

  SmallModel put(String name, String dtype, List<Long> shape, float... values) {
    tensors.put(name, new Stored(dtype, shape, values));
    return this;
  }

  Stored tensor(String name) {
    return Objects.requireNonNull(tensors.get(name));
  }

  /** Changes the type of all tensors. */
  SmallModel typed(String dtype) {
    tensors.replaceAll((name, stored) -> new Stored(dtype, stored.shape(), stored.values()));
    return this;
  }

  SmallModel renamed(String from, String to) {
    Map<String, Stored> old = new LinkedHashMap<>(tensors);
    tensors.clear();
    old.forEach((name, stored) -> tensors.put(name.replace(from, to), stored));
    return this;
  }

  /** Writes the weights as one file. */
  SmallModel whole() throws IOException {
    return shard("model.safetensors", List.copyOf(tensors.keySet()));
  }

  SmallModel shard(String file, List<String> names) throws IOException {
    List<String> described = new ArrayList<>();
    int end = 0;
    ByteBuffer data = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (String name : names) {
      Stored stored = tensor(name);
      int begin = end;
      for (float value : stored.values()) {
        put(data, stored.dtype(), value);
      }
      end = data.position();
      described.add(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(name, stored.dtype(), stored.shape(), begin, end));
    }
    String json = "{" + String.join(",", described) + "}";
    json += " ".repeat((8 - json.length() % 8) % 8);
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    Files.write(
        folder.resolve(file),
        ByteBuffer.allocate(8 + header.length + end)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .put(data.array(), 0, end)
            .array());
    return this;
  }

  /** Small integers have short fractions, so the 16-bit formats are a float's upper bits. */
  private static void put(ByteBuffer data, String dtype, float value) {
    int bits = Float.floatToRawIntBits(value);
    switch (dtype) {
      case "F32" -> data.putFloat(value);
      case "BF16" -> data.putShort((short) (bits >>> 16));
      case "F16" ->
          data.putShort(
              (short)
                  (value == 0
                      ? 0
                      : (bits >>> 16) & 0x8000 | ((bits & 0x7fffffff) >>> 13) - (112 << 10)));
      case "I8" -> data.put((byte) value);
      default -> throw new IllegalArgumentException(dtype);
    }
  }

  ModelDirectory read() {
    return ModelDirectory.read(
        new HadoopFiles(new Configuration()), new org.apache.hadoop.fs.Path(folder.toUri()));
  }

  /** Checks that reading this directory fails with a one-line message. */
  void requireRejected(String message) {
    requireRejected(folder, message);
  }

  static void requireRejected(Path folder, String message) {
    assertThatThrownBy(
            () ->
                ModelDirectory.read(
                    new HadoopFiles(new Configuration()),
                    new org.apache.hadoop.fs.Path(folder.toUri())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(700));
  }

  /** Two files, the first with eleven tensors. */
  List<String> shards() throws IOException {
    List<String> names = List.copyOf(tensors.keySet());
    List<String> map = new ArrayList<>();
    for (String name : names) {
      map.add("\"" + name + "\":\"" + (names.indexOf(name) < 11 ? "a" : "b") + ".safetensors\"");
    }
    shard("a.safetensors", names.subList(0, 11));
    shard("b.safetensors", names.subList(11, names.size()));
    file(
        "model.safetensors.index.json",
        "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + String.join(",", map) + "}}");
    return names;
  }
}

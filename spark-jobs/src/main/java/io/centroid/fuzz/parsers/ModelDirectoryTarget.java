package io.centroid.fuzz.parsers;

import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.fuzz.Parts;
import io.centroid.huggingface.GenerationDefaults;
import io.centroid.huggingface.Gpt2ConfigJson;
import io.centroid.huggingface.ModelDirectory;
import io.centroid.kernels.Arena;
import io.centroid.kernels.FloatVector;
import io.centroid.model.ParameterLayout.Entry;
import io.centroid.model.gpt2.Gpt2Config;
import io.centroid.model.gpt2.Gpt2Config.Dropout;
import io.centroid.model.gpt2.Gpt2Layout;
import io.centroid.safetensors.TensorSlice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/**
 * A model's directory in Hugging Face's format: configuration, weights in one file or in two with
 * an index, settings of the generation. Its weights are read into memory outside the heap.
 */
final class ModelDirectoryTarget implements FuzzTarget {
  private static final Gpt2Config SMALL = new Gpt2Config(1, 1, 2, 3, 5, 8, Dropout.NONE, 1e-5f);
  private static final List<String> NAMES =
      List.of(
          Gpt2ConfigJson.FILE,
          "model.safetensors",
          "model.safetensors.index.json",
          "a.safetensors",
          "b.safetensors",
          GenerationDefaults.FILE);

  private final MemoryFolder folder = new MemoryFolder();

  @Override
  public List<PartFormat> formats() {
    return List.of(
        PartFormat.JSON,
        PartFormat.SAFETENSORS,
        PartFormat.JSON,
        PartFormat.SAFETENSORS,
        PartFormat.SAFETENSORS,
        PartFormat.JSON);
  }

  @Override
  public List<byte[]> seeds() {
    byte[] none = {};
    byte[] config = Gpt2ConfigJson.of(SMALL).toJson();
    byte[] classifier = Gpt2ConfigJson.of(SMALL, List.of("no", "yes")).withEndOfText(1).toJson();
    byte[] generation = GenerationDefaults.toJson(OptionalInt.of(4));
    List<Entry> entries = Gpt2Layout.of(SMALL).entries();
    List<Entry> all = Gpt2Layout.of(SMALL, 2).entries();
    int half = entries.size() / 2;
    return List.of(
        Parts.join(config, weights(entries), none, none, none, generation),
        Parts.join(classifier, weights(all)),
        Parts.join(
            config,
            none,
            index(entries, half),
            weights(entries.subList(0, half)),
            weights(entries.subList(half, entries.size()))));
  }

  private static byte[] weights(List<Entry> entries) {
    return TensorFiles.file(
        entries.stream()
            .map(
                entry ->
                    new TensorSlice(entry.name(), entry.shape(), new float[(int) entry.size()], 0))
            .toList());
  }

  private static byte[] index(List<Entry> entries, int half) {
    StringBuilder json = new StringBuilder("{\"metadata\":{\"total_size\":0},\"weight_map\":{");
    for (int i = 0; i < entries.size(); i++) {
      json.append(i == 0 ? "" : ",")
          .append('"')
          .append(entries.get(i).name())
          .append(i < half ? "\":\"a.safetensors\"" : "\":\"b.safetensors\"");
    }
    return json.append("}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public List<String> dictionary() {
    return List.of(
        "n_layer",
        "n_head",
        "n_embd",
        "n_inner",
        "vocab_size",
        "n_positions",
        "num_labels",
        "id2label",
        "eos_token_id",
        "lm_head.weight",
        "transformer.wte.weight",
        "score.weight",
        "../a.safetensors",
        "a.safetensors",
        "F16",
        "\"shape\":",
        "\"data_offsets\":",
        "10000");
  }

  @Override
  public Bound bound() {
    return new Bound(4 << 20, 400);
  }

  @Override
  public void read(byte[] input) {
    folder.replace(input, NAMES);
    ModelDirectory model = ModelDirectory.read(folder.files(), folder.folder());
    model.configJson().toJson();
    long floats = 0;
    try (Arena arena = new Arena()) {
      for (FloatVector tensor : model.tensors(arena).values()) {
        floats += tensor.size();
      }
    }
    // The smallest type has two bytes, which become four.
    if (Float.BYTES * floats > 2L * input.length) {
      throw new AssertionError(floats + " floats outside the heap for an input of " + input.length);
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}

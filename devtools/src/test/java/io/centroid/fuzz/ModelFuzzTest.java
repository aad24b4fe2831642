package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.centroid.checkpoint.safetensors.DType;
import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.huggingface.GenerationDefaults;
import io.centroid.huggingface.Gpt2ConfigJson;
import io.centroid.huggingface.ModelDirectory;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Config.Dropout;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.FieldSource;

/** Fuzz targets for model directories in Hugging Face's format and their single files. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class ModelFuzzTest {
  private static final Gpt2Config SMALL = new Gpt2Config(1, 1, 2, 3, 5, 8, Dropout.NONE, 1e-5f);
  private static final Set<DType> READ = Set.of(DType.F32, DType.F64, DType.F16, DType.BF16);
  private static final List<String> FILES =
      List.of(
          Gpt2ConfigJson.FILE,
          "model.safetensors",
          "model.safetensors.index.json",
          "a.safetensors",
          "b.safetensors",
          GenerationDefaults.FILE);

  @TempDir private static Path folder;

  static final FuzzTarget SAFETENSORS =
      new FuzzTarget(1 << 19, 400, ModelFuzzTest::readTensors, ModelFuzzTest::tensorFiles);

  static final FuzzTarget DIRECTORY =
      new FuzzTarget(4 << 20, 400, ModelFuzzTest::readDirectory, ModelFuzzTest::directories);

  static final FuzzTarget CONFIG =
      FuzzTarget.json(
          content -> Gpt2ConfigJson.parse("config.json", content).withEndOfText(1).toJson(),
          """
          {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"],
           "activation_function": "gelu_new", "n_layer": 2, "n_head": 2, "n_embd": 4,
           "n_positions": 5, "n_ctx": 5, "vocab_size": 7, "embd_pdrop": 0.1, "attn_pdrop": 0.2,
           "layer_norm_epsilon": 1e-05, "eos_token_id": 6,
           "task_specific_params": {"a": [1, null, 2.5]}, "n_inner": null}
          """,
          """
          {"model_type": "gpt2", "architectures": ["GPT2ForSequenceClassification"], "n_layer": 1,
           "n_head": 1, "n_embd": 2, "n_positions": 5, "vocab_size": 7, "num_labels": 2,
           "id2label": {"0": "no", "1": "yes"}, "label2id": {"no": 0, "yes": 1}}
          """,
          "{\"model_type\": \"gpt2\", \"x\": " + "[".repeat(5000));

  static final FuzzTarget GENERATION =
      FuzzTarget.json(
          content -> GenerationDefaults.parse("generation_config.json", content),
          """
          {"_from_model_config": true, "bos_token_id": 50256, "eos_token_id": 50256,
           "do_sample": true, "temperature": 0.7, "top_k": 40, "top_p": 0.9,
           "repetition_penalty": 1.2, "max_new_tokens": 20, "max_length": 100}
          """,
          "{\"eos_token_id\": [1, 2], \"top_k\": 1e999}");

  @FieldSource("SAFETENSORS")
  @DictionaryEntries({
    "F32",
    "F16",
    "BF16",
    "F64",
    "BOOL",
    "\"dtype\":",
    "\"shape\":",
    "\"data_offsets\":",
    "[0,0]"
  })
  @FuzzTest
  void safetensors(byte[] input) throws Exception {
    SAFETENSORS.check(input);
  }

  @FieldSource("DIRECTORY")
  @DictionaryEntries({
    "n_layer",
    "n_inner",
    "vocab_size",
    "num_labels",
    "lm_head.weight",
    "transformer.wte.weight",
    "score.weight",
    "../a.safetensors",
    "F16",
    "\"shape\":",
    "\"data_offsets\":"
  })
  @FuzzTest
  void directory(byte[] input) throws Exception {
    DIRECTORY.check(input);
  }

  @FieldSource("CONFIG")
  @DictionaryEntries({
    "\"n_inner\"",
    "\"id2label\"",
    "gelu_pytorch_tanh",
    "\"tie_word_embeddings\": false,"
  })
  @FuzzTest
  void config(byte[] input) throws Exception {
    CONFIG.check(input);
  }

  @FieldSource("GENERATION")
  @DictionaryEntries({"\"eos_token_id\": [1, 2],", "\"top_k\": ", "\"max_new_tokens\": "})
  @FuzzTest
  void generation(byte[] input) throws Exception {
    GENERATION.check(input);
  }

  private static List<byte[]> tensorFiles() {
    float[] values = {1, 2, 3, 4, 5, 6};
    return List.of(
        TensorFiles.file(
            List.of(
                new TensorSlice("0.W", List.of(2L, 2L), values, 0),
                new TensorSlice("0.b", List.of(1L), values, 4))),
        TensorFiles.file(
            "{\"b\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[8,14]},\"none\":{\"dtype\":"
                + "\"F32\",\"shape\":[0,9],\"data_offsets\":[8,8]},\"a\":{\"data_offsets\":[0,8],"
                + "\"dtype\":\"F64\",\"shape\":[]}}  ",
            14),
        TensorFiles.file(
            "{\"t\":{\"dtype\":\"BF16\",\"shape\":[4000],\"data_offsets\":[0,8000]}}", 8000),
        TensorFiles.file(
            "{\"t\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],"
                + "\"data_offsets\":[0,8]}}",
            8));
  }

  /** Reads every tensor and maps those that can be mapped. */
  private static void readTensors(byte[] input) throws IOException {
    Path file = Files.write(folder.resolve("model.safetensors"), input);
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      long mappedBytes = 0;
      for (TensorInfo tensor : reader.tensors()) {
        if (READ.contains(tensor.dtype())) {
          float[] values = reader.readFloats(tensor.name());
          Optional<FloatBuffer> mapped = reader.map(tensor.name());
          if (mapped.isPresent()) {
            mappedBytes += (long) Float.BYTES * mapped.get().limit();
            requireSame(values, mapped.get());
          }
        }
      }
      if (mappedBytes > input.length) {
        throw new AssertionError(mappedBytes + " bytes mapped of a file of " + input.length);
      }
    }
  }

  private static void requireSame(float[] values, FloatBuffer mapped) {
    for (int i = 0; i < values.length; i++) {
      if (Float.floatToRawIntBits(values[i]) != Float.floatToRawIntBits(mapped.get(i))) {
        throw new AssertionError("element " + i + " differs when it is mapped");
      }
    }
  }

  private static List<byte[]> directories() {
    byte[] none = {};
    byte[] config = Gpt2ConfigJson.of(SMALL).toJson();
    byte[] classifier = Gpt2ConfigJson.of(SMALL, List.of("no", "yes")).withEndOfText(1).toJson();
    byte[] generation = GenerationDefaults.toJson(OptionalInt.of(4));
    List<Entry> entries = Gpt2Layout.of(SMALL).entries();
    int half = entries.size() / 2;
    return List.of(
        Inputs.join(config, weights(entries), none, none, none, generation),
        Inputs.join(classifier, weights(Gpt2Layout.of(SMALL, 2).entries())),
        Inputs.join(
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
    return Inputs.utf8(json.append("}}").toString());
  }

  /** Reads the weights into off-heap memory. */
  private static void readDirectory(byte[] input) {
    InputFolder files = new InputFolder(folder);
    files.replace(input, FILES);
    ModelDirectory model = ModelDirectory.read(InputFolder.FILES, files.hadoop());
    model.configJson().toJson();
    long floats = 0;
    try (Arena arena = new Arena()) {
      for (FloatVector tensor : model.tensors(arena).values()) {
        floats += tensor.size();
      }
    }
    // The smallest type has two bytes, which are converted to four.
    if (Float.BYTES * floats > 2L * input.length) {
      throw new AssertionError(floats + " off-heap floats for an input of " + input.length);
    }
  }
}

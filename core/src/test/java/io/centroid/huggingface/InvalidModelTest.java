package io.centroid.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.nn.kernels.Arena;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid model directories and their error messages. */
class InvalidModelTest {
  private static final String QUERIES = "transformer.h.0.attn.c_attn.weight";
  @TempDir Path temporary;
  private SmallModel model;

  @BeforeEach
  void makeModel() throws IOException {
    model = new SmallModel(temporary.resolve("model"));
  }

  @Test
  void rejectsShardsThatDoNotMatchTheIndex() throws IOException {
    List<String> names = model.shards();
    model.shard("b.safetensors", names.subList(11, names.size() - 1));
    model.requireRejected("b.safetensors: no tensor named \"transformer.ln_f.bias\", but model.s");
    model.shard("b.safetensors", names.subList(9, names.size()));
    model.requireRejected(
        "b.safetensors: tensor \"" + names.get(9) + "\": expected a tensor that model.");
    Files.delete(model.folder.resolve("b.safetensors"));
    model.requireRejected(
        "b.safetensors: no such file, but listed in model.safetensors.index.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"weight_map":{"t":"../a.safetensors"}}      | key weight_map.t: expected the name of a .safetensors file in the same directory
          {"weight_map":{"t":"/etc/a.safetensors"}}    | key weight_map.t: expected the name
          {"weight_map":{"t":"x/a.safetensors"}}       | key weight_map.t: expected the name
          {"weight_map":{"t":"..safetensors"}}         | key weight_map.t: expected the name
          {"weight_map":{"t":"hdfs:a.safetensors"}}    | key weight_map.t: expected the name
          {"weight_map":{"t":"x\\\\a.safetensors"}}    | key weight_map.t: expected the name
          {"weight_map":{"t":"pytorch_model.bin"}}     | key weight_map.t: expected the name
          {"weight_map":{"t":7}}                       | key weight_map.t: expected a string, found 7
          {"weight_map":{}}                            | key weight_map: expected a file for each tensor
          {"weight_map":[]}                            | key weight_map: expected an object
          {}                                           | key weight_map is missing
          {"weight_map":{"t":"a.safetensors","t":"a.safetensors"}} | Duplicate field 't'
          """)
  void rejectsInvalidIndexes(String json, String message) throws IOException {
    model.file("model.safetensors.index.json", json);
    model.requireRejected("model.safetensors.index.json: ");
    model.requireRejected(message);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"n_layer\": 2', '\"n_layer\": 3', 'no tensor named \"transformer.h.2.ln_1.weight\","
        + " which'",
    "'\"n_layer\": 2', '\"n_layer\": 1', 'tensor \"transformer.h.1.ln_1.weight\": expected a tensor"
        + " of'",
    "'\"n_embd\": 4', '\"n_embd\": 8', 'tensor \"transformer.wte.weight\" shape: expected [7, 8]"
        + " ('",
    "'\"vocab_size\": 7', '\"vocab_size\": 9', 'shape: expected [9, 4] ('",
    "'\"vocab_size\": 7', '\"vocab_size\": 16777216', 'shape: expected [16777216, 4] ('",
    "'\"n_layer\": 2', '\"n_layer\": 10000', 'no tensor named \"transformer.h.2.ln_1.weight\"'",
    "'\"n_inner\": null', '\"n_inner\": 8', 'mlp.c_fc.weight\" shape: expected [4, 8] ('",
    "'5, \"n_ctx\": 5', '6', 'tensor \"transformer.wpe.weight\" shape: expected [6, 4] ('",
  })
  void rejectsAConfigurationThatDoesNotMatchTheWeights(String from, String to, String message)
      throws IOException {
    model.whole().config(SmallModel.CONFIG_JSON.replace(from, to));
    assertThat(SmallModel.CONFIG_JSON).contains(from);
    model.requireRejected(message);
    model.requireRejected(model.folder.resolve("model.safetensors") + ": ");
    model.requireRejected(model.folder.resolve("config.json").toString());
  }

  @Test
  void rejectsOtherTypesAndShapes() throws IOException {
    SmallModel.Stored queries = model.tensor(QUERIES);
    model.put(QUERIES, "I8", queries.shape(), queries.values()).whole();
    model.requireRejected(
        "tensor \"" + QUERIES + "\" type: expected F32, F16, BF16 or F64, found I8");
    model.put(QUERIES, "F32", List.of(12L, 4L), queries.values()).whole();
    model.requireRejected("tensor \"" + QUERIES + "\" shape: expected [4, 12] (");
    model.requireRejected("config.json), found [12, 4]");
    model.put(QUERIES, "F32", queries.shape(), queries.values());
    model.put("h.0.attn.c_attn.weight", "F32", queries.shape(), queries.values()).whole();
    model.requireRejected(
        "\"h.0.attn.c_attn.weight\": expected once, found \"" + QUERIES + "\" in model.");
  }

  @Test
  void picklesAreNeverLoaded() throws IOException {
    model.file("pytorch_model.bin", "\u0080\u0002");
    model.requireRejected(
        "pytorch_model.bin: a pickle, which runs code when it is loaded: if you trust it, convert");
    Files.delete(model.folder.resolve("pytorch_model.bin"));
    model.requireRejected(
        "weights: expected model.safetensors or model.safetensors.index.json, found none");
  }

  @Test
  void rejectsAnythingButAModelDirectory() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    SmallModel.requireRejected(file, ": is a file, expected a model directory");
    SmallModel.requireRejected(temporary.resolve("none"), "none: no such file or directory");
    SmallModel.requireRejected(
        Files.createDirectory(temporary.resolve("empty")), "config.json: no such file");
    Files.createDirectory(temporary.resolve("empty/config.json"));
    SmallModel.requireRejected(
        temporary.resolve("empty"), "config.json: is a directory, expected a file");
  }

  @Test
  void detectsTruncatedFilesBeforeMapping() throws IOException {
    model.whole();
    ModelDirectory directory = model.read();
    Path weights = model.folder.resolve("model.safetensors");
    byte[] content = Files.readAllBytes(weights);
    for (int length : new int[] {0, 7, 8, 100, content.length - 1}) {
      Files.write(weights, java.util.Arrays.copyOf(content, length));
      model.requireRejected("model.safetensors: ");
      assertThatThrownBy(() -> directory.tensors(new Arena())).isInstanceOf(InputException.class);
    }
  }

  @Test
  void rejectsWeightsThatChangeAfterReading() throws IOException {
    ModelDirectory directory = model.whole().read();
    model.typed("F16").whole();
    assertThatThrownBy(() -> directory.tensors(new Arena()))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("model.safetensors: was changed during the read");
  }
}

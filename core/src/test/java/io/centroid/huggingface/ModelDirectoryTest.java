package io.centroid.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.CountedFileSystem;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.NativeMemory;
import io.centroid.nn.kernels.ReadOnlyVectors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {
  @TempDir Path temporary;
  private SmallModel model;

  @BeforeEach
  void makeModel() throws IOException {
    model = new SmallModel(temporary.resolve("model"));
  }

  @Test
  void localFloatsAreMapped() throws IOException {
    ModelDirectory directory = model.whole().read();
    assertThat(directory.config()).isEqualTo(SmallModel.CONFIG);
    assertThat(directory.classes()).isZero();
    assertThat(directory.generation().endOfText()).containsExactly(6);
    assertThat(directory.tensors(new Arena()).values()).allMatch(ReadOnlyVectors::isReadOnly);
    requireValues(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"F16", "BF16"})
  void halfPrecisionIsConvertedToFloat(String dtype) throws IOException {
    ModelDirectory directory = model.typed(dtype).whole().read();
    assertThat(directory.tensors(new Arena()).values()).noneMatch(ReadOnlyVectors::isReadOnly);
    requireValues(directory);
  }

  @Test
  void thePrefixOfNamesIsOptional() throws IOException {
    requireValues(model.renamed("transformer.", "").whole().read());
  }

  @Test
  void masksAreIgnored() throws IOException {
    List<Long> square = List.of(1L, 1L, 2L, 2L);
    model.put("transformer.h.1.attn.bias", "I8", square, 1, 0, 1, 1);
    model.put("transformer.h.1.attn.masked_bias", "F32", List.of(), -1e4f);
    requireValues(model.whole().read());
  }

  @Test
  void anOutputLayerMustBeTheTokenEmbedding() throws IOException {
    SmallModel.Stored tokens = model.tensor(Gpt2Layout.TOKENS);
    model.put("lm_head.weight", "F32", tokens.shape(), tokens.values());
    requireValues(model.whole().read());

    float[] other = tokens.values().clone();
    other[11] = -other[11];
    model.put("lm_head.weight", "F32", tokens.shape(), other).whole();
    model.requireRejected(
        "tensor \"lm_head.weight\": expected the values of transformer.wte.weight"
            + " (or tie_word_embeddings = false in config.json), found a different value at"
            + " element 11");
    model.put("lm_head.weight", "F32", List.of(28L), tokens.values()).whole();
    model.requireRejected("tensor \"lm_head.weight\" shape: expected [7, 4]");
  }

  @Test
  void filesOnOtherFileSystemsAreStreamed() throws IOException {
    model.whole();
    Configuration configuration = new Configuration();
    configuration.set("fs.counted.impl", CountedFileSystem.class.getName());
    ModelDirectory directory =
        ModelDirectory.read(
            new HadoopFiles(configuration),
            new org.apache.hadoop.fs.Path("counted://" + model.folder));
    assertThat(directory.tensors(new Arena()).values()).noneMatch(ReadOnlyVectors::isReadOnly);
    requireValues(directory);
  }

  @Test
  void filesMayBeSymbolicLinks() throws IOException {
    model.whole();
    Path snapshot = Files.createDirectory(temporary.resolve("snapshot"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.createSymbolicLink(snapshot.resolve(name), model.folder.resolve(name));
    }
    requireValues(
        ModelDirectory.read(
            new HadoopFiles(new Configuration()), new org.apache.hadoop.fs.Path(snapshot.toUri())));
  }

  @Test
  void shardsAreReadByTheirIndex() throws IOException {
    model.shards();
    requireValues(model.read());
  }

  @Test
  void classifiersHaveAScoreLayer() throws IOException {
    float[] score = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    String json =
        SmallModel.CONFIG_JSON.replace("GPT2LMHeadModel", "GPT2ForSequenceClassification").strip();
    model.put(Gpt2Layout.SCORE, "F32", List.of(3L, 4L), score).whole().config(json);
    model.requireRejected("tensor \"score.weight\" shape: expected [2, 4] (");
    String labels = ", \"id2label\": {\"0\": \"good\", \"2\": \"bad\", \"1\": \"so\"}}";
    model.config(json.substring(0, json.length() - 1) + labels);
    ModelDirectory directory = model.read();
    assertThat(directory.classes()).isEqualTo(3);
    assertThat(directory.configJson().labels()).containsExactly("good", "so", "bad");
    float[] values = new float[12];
    Objects.requireNonNull(directory.tensors(new Arena()).get(Gpt2Layout.SCORE)).store(values);
    assertThat(values).isEqualTo(score);

    model.tensors.remove(Gpt2Layout.SCORE);
    model.whole();
    model.config(
        SmallModel.CONFIG_JSON.replace("GPT2LMHeadModel", "GPT2ForSequenceClassification"));
    model.requireRejected("no tensor named \"score.weight\"");
  }

  @Test
  void generationDefaultsAreReadAndPreserved() throws IOException {
    String json =
        """
        {"eos_token_id": [3, 6], "do_sample": true, "temperature": 0.7, "top_k": 0, "top_p": 0.9,
         "repetition_penalty": 1.2, "max_new_tokens": 40, "transformers_version": "4.40.0"}
        """;
    ModelDirectory directory = model.whole().file("generation_config.json", json).read();
    GenerationDefaults defaults = directory.generation();
    assertThat(defaults.endOfText()).containsExactly(3, 6);
    assertThat(defaults.samples()).isTrue();
    assertThat(defaults.temperature()).isEqualTo(0.7);
    assertThat(defaults.topK()).isZero();
    assertThat(defaults.topP()).isEqualTo(0.9);
    assertThat(defaults.repetitionPenalty()).isEqualTo(1.2);
    assertThat(defaults.maxNewTokens()).hasValue(40);
    assertThat(defaults.maxLength()).isEmpty();
    assertThat(directory.otherFiles().get("generation_config.json"))
        .isEqualTo(json.getBytes(StandardCharsets.UTF_8));

    assertThat(directory.generationNote()).isEmpty();
    model.file(
        "generation_config.json",
        "{\"num_beams\": 4, \"typical_p\": 1.0, \"min_length\": 0, \"suppress_tokens\": null,"
            + " \"bad_words_ids\": [[3]]}");
    assertThat(model.read().generationNote())
        .contains(
            "file:"
                + model.folder
                + "/generation_config.json: ignored, since generation does not support it:"
                + " bad_words_ids = [[3]], num_beams = 4");

    for (String[] row :
        new String[][] {
          {"{\"top_p\": 1.5}", "key top_p: expected from "},
          {"{\"top_k\": -1}", "key top_k: expected 0 to 2147483647, found -1"},
          {"{\"temperature\": \"hot\"}", "key temperature: expected a finite number"},
          {"{\"eos_token_id\": [1, -1]}", "key eos_token_id: expected token ids"},
          {"{\"do_sample\": 1}", "key do_sample: expected true or false, found 1"},
        }) {
      model.file("generation_config.json", row[0]);
      model.requireRejected("generation_config.json: " + row[1]);
    }
  }

  @Test
  void aMappedTensorNeedsNoMemory() throws IOException {
    // A vocabulary of 6.5 million by 4 floats: 100 MB in a sparse file.
    int vocabulary = 6_553_600;
    model.config(
        SmallModel.CONFIG_JSON.replace("\"vocab_size\": 7", "\"vocab_size\": " + vocabulary));
    List<String> described = new ArrayList<>();
    long end = 0;
    for (Entry entry : Gpt2Layout.of(configOf(vocabulary)).entries()) {
      long begin = end;
      end += entry.size() * 4;
      described.add(
          "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(entry.name(), entry.shape(), begin, end));
    }
    String json = "{" + String.join(",", described) + "}";
    byte[] header =
        (json + " ".repeat((8 - json.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile file =
        new RandomAccessFile(model.folder.resolve("model.safetensors").toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
      file.write(header);
      file.setLength(8 + header.length + end);
    }

    ModelDirectory directory = model.read();
    long before = NativeMemory.javacppBytes();
    Map<String, FloatVector> tensors = directory.tensors(new Arena());

    FloatVector tokens = Objects.requireNonNull(tensors.get(Gpt2Layout.TOKENS));
    assertThat(tokens.size() * 4).isGreaterThan(100_000_000);
    assertThat(NativeMemory.javacppBytes() - before).isLessThan(1_000_000);
    float[] last = {1};
    tokens.read(4L * vocabulary - 1, last, 1);
    assertThat(last[0]).isZero();
  }

  private static Gpt2Config configOf(int vocabulary) {
    return new Gpt2Config(2, 2, 4, 5, vocabulary, 16, SmallModel.CONFIG.dropout(), 1e-5f);
  }

  /** Checks tensors and flat vector against the small model's values. */
  private static void requireValues(ModelDirectory directory) {
    List<Entry> entries = Gpt2Layout.of(SmallModel.CONFIG).entries();
    Map<String, FloatVector> tensors = directory.tensors(new Arena());
    assertThat(tensors.keySet())
        .containsExactlyInAnyOrderElementsOf(entries.stream().map(Entry::name).toList());
    FloatVector flat = FloatVector.allocate(directory.layout().parameterCount());
    directory.load(flat);
    for (Entry entry : entries) {
      float[] expected = SmallModel.values(entry);
      Stream.of(
              Objects.requireNonNull(tensors.get(entry.name())),
              flat.slice(entry.offset(), entry.size()))
          .forEach(
              vector -> {
                float[] values = new float[expected.length];
                vector.store(values);
                assertThat(values).as(entry.name()).isEqualTo(expected);
              });
    }
  }
}

package io.centroid.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Pythons;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.generate.decoder.CpuDecoding;
import io.centroid.huggingface.ModelDirectory;
import io.centroid.model.LanguageModel;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.nn.TokenLearner;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.gpt2.Gpt2Learner;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.onnx.OnnxLanguageModel;
import io.centroid.onnx.OnnxModel;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of GPT-2 that transformers writes: ids, logits, loss, greedy texts and exports. */
class HuggingFaceVariantsTest {
  private static final String SCRIPT = "gpt2_variants.py";

  @TempDir private static Path folder;

  private static String python = "";

  @BeforeAll
  static void writeModels() throws Exception {
    python = Pythons.with("torch, transformers, tokenizers, safetensors");
    Files.copy(
        Objects.requireNonNull(HuggingFaceVariantsTest.class.getResourceAsStream(SCRIPT)),
        folder.resolve(SCRIPT));
    Files.createDirectory(models());
    script("write", models());
  }

  private static String script(String task, Path... folders) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(task));
    Stream.of(folders).map(Path::toString).forEach(arguments::add);
    return Pythons.run(
        python,
        "import runpy, sys; sys.argv[0:1] = []; runpy.run_path(sys.argv[0], run_name='__main__')",
        Stream.concat(Stream.of(folder.resolve(SCRIPT).toString()), arguments.stream())
            .toArray(String[]::new));
  }

  private static Path models() {
    return folder.resolve("models");
  }

  static List<String> variants() throws IOException {
    try (Stream<Path> all = Files.list(models())) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  static Stream<String> languageModels() throws IOException {
    return variants().stream().filter(name -> !name.startsWith("classifier"));
  }

  /** Variants with the usual tokenizer, which an ONNX graph does not contain. */
  static Stream<String> networks() throws IOException {
    return variants().stream().filter(name -> !name.startsWith("tokenizer-"));
  }

  static Stream<String> classifiers() throws IOException {
    return variants().stream().filter(name -> name.startsWith("classifier"));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void tokenizersGiveTheSameIds(String name) throws IOException {
    Tokenizer tokenizer = TokenizerFiles.read(models().resolve(name));
    for (JsonNode text : expected(name).get("texts")) {
      String given = text.get("text").asText();
      assertThat(tokenizer.encode(given)).as("%s", given).containsExactly(ints(text.get("ids")));
      assertThat(tokenizer.decode(ints(text.get("ids"))))
          .as("%s", given)
          .isEqualTo(text.get("decoded").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("languageModels")
  void languageModelsGiveTheSameLogitsAndGreedyTokens(String name) throws IOException {
    JsonNode expected = expected(name);
    int[] ids = ints(expected.get("ids"));
    int[] greedy = ints(expected.get("greedy"));
    List<String> notes = new ArrayList<>();
    try (LanguageModel model =
            LanguageModel.open(
                Networks.FILES,
                new LanguageModel.Location(models().resolve(name).toString(), false, null),
                new CpuDecoding(WeightFormat.FLOAT32, 2),
                notes::add);
        Generator generator =
            new Generator(model.config(), model.weights(), model.tokenizer(), 0)) {
      requireNear(generator.scores(ids), floats(expected.get("logits")));
      int[] found =
          generator
              .generate(
                  List.of(ids),
                  Sampling.GREEDY,
                  StopCriteria.after(greedy.length),
                  TokenListener.NONE)
              .get(0)
              .ids();
      assertThat(Arrays.copyOfRange(found, ids.length, found.length)).containsExactly(greedy);
    }
    boolean hasOtherHead =
        List.of("double-heads", "token-classifier", "answers", "value-head", "score")
            .contains(name);
    assertThat(notes).hasSize(hasOtherHead ? 1 : 0);
  }

  @ParameterizedTest
  @MethodSource("languageModels")
  void trainingStartsAtTheSameLoss(String name) throws IOException {
    JsonNode expected = expected(name);
    int[] ids = ints(expected.get("ids"));
    Examples.Builder examples = texts(ids.length - 1);
    examples.addSpan(ids, ids.length);
    try (Gpt2Learner learner = learner(name)) {
      TokenLearner.TokenScore score = learner.score(batch(examples, ids.length - 1));
      double loss = expected.get("loss").asDouble();
      assertThat(score.loss()).isCloseTo(loss, within(1e-4 * loss));
    }
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void classifiersGiveTheSameProbabilities(String name) throws IOException {
    JsonNode expected = expected(name);
    int[] ids = ints(expected.get("ids"));
    Examples.Builder examples = texts(ids.length);
    examples.addText(ids, ids.length, 0);
    try (Gpt2Learner learner = learner(name)) {
      requireNear(
          learner.predict(batch(examples, ids.length)), floats(expected.get("probabilities")));
    }
  }

  @Test
  void transformersReadsWhatIsWritten() throws Exception {
    Path written = Files.createDirectory(folder.resolve("written"));
    for (String name : variants()) {
      export(name, written.resolve(name), ExportFormat.HUGGINGFACE, WeightType.FP32);
    }
    List<String> checked =
        script("check", models(), written)
            .lines()
            .filter(line -> line.startsWith("checked "))
            .toList();
    assertThat(checked).hasSameSizeAs(variants());
    assertThat(written.resolve("untied/generation_config.json"))
        .hasSameBinaryContentAs(models().resolve("untied/generation_config.json"));
    for (String line : checked) {
      String[] fields = line.split(" ");
      assertThat(Double.parseDouble(fields[2])).as(line).isLessThan(1e-5);
      assertThat(fields[3]).as(line).isEqualTo("True");
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void onnxRuntimeGivesTheSameOutputs(String name) throws IOException {
    // The exporter compares the graph with the kernels; this compares it with transformers.
    Path out = folder.resolve("onnx-" + name);
    ExportedModel exported = export(name, out, ExportFormat.ONNX, WeightType.FP32);
    assertThat(exported.description().verification().maxDifference()).isLessThan(1e-3);
    if (name.startsWith("classifier")) {
      return;
    }
    JsonNode expected = expected(name);
    try (OnnxLanguageModel model =
            OnnxLanguageModel.of(
                OnnxModel.open(Networks.FILES, Networks.hadoop(out.resolve(OnnxModel.FILE)), 1));
        OnnxLanguageModel.Text text = model.text()) {
      requireNear(text.add(ints(expected.get("ids"))), floats(expected.get("logits")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cerebras", "by-layer-unscaled"})
  void graphsWithACacheGiveTheSameOutputs(String name) throws IOException {
    TrainedModel model =
        TrainedModel.load(Networks.FILES, models().resolve(name).toString(), false, Engines.CPU);
    ExportedModel exported =
        ModelExporter.export(
            ExportRequest.of(
                    Networks.FILES,
                    model,
                    Networks.hadoop(folder.resolve("cache-" + name)),
                    ExportFormat.ONNX)
                .withCache(true),
            ExportListener.NONE);
    assertThat(exported.description().verification().maxDifference()).isLessThan(1e-3);
  }

  @Test
  void anUntiedOutputLayerIsQuantizedToo() throws IOException {
    for (WeightType type : List.of(WeightType.FP16, WeightType.INT8)) {
      Path out = folder.resolve("untied-" + type);
      ExportedModel exported = export("untied", out, ExportFormat.ONNX, type);
      assertThat(exported.description().verification().maxDifference()).isPositive();
    }
  }

  private static ExportedModel export(String name, Path out, ExportFormat format, WeightType type)
      throws IOException {
    TrainedModel model =
        TrainedModel.load(Networks.FILES, models().resolve(name).toString(), false, Engines.CPU);
    return ModelExporter.export(
        ExportRequest.of(Networks.FILES, model, Networks.hadoop(out), format).withWeights(type),
        ExportListener.NONE);
  }

  private static Gpt2Learner learner(String name) {
    ModelDirectory directory =
        ModelDirectory.read(Networks.FILES, Networks.hadoop(models().resolve(name)));
    Gpt2Learner learner =
        new Gpt2Learner(directory.config(), directory.classes(), Gpt2Execution.DEFAULT);
    directory.load(learner.parameters());
    return learner;
  }

  private static Examples.Builder texts(int block) {
    return new Examples.Builder(InputShape.row(block), SourceSchema.FeatureKind.TOKENS);
  }

  private static Batch batch(Examples.Builder examples, int block) {
    Batch batch = new Batch(InputShape.row(block), 1);
    batch.fill(examples.build(), Normalization.NONE, 0, 1);
    return batch;
  }

  /** GELU by tanh instead of erf would change the largest logit by 2e-4 of it. */
  private static void requireNear(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    float largest = 0;
    float worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(found[i] - expected[i]));
    }
    assertThat(worst).isLessThan(3e-5f * largest);
  }

  private static JsonNode expected(String name) throws IOException {
    return new ObjectMapper().readTree(models().resolve(name).resolve("expected.json").toFile());
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}

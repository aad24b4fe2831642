package io.centroid.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.evaluate.Evaluator;
import io.centroid.export.verify.Verification;
import io.centroid.generate.ContextOverflow;
import io.centroid.generate.FinishReason;
import io.centroid.generate.Generation;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.model.TrainedModel;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.onnx.OnnxLanguageModel;
import io.centroid.onnx.OnnxModel;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A small trained GPT-2 in ONNX Runtime, compared with PyTorch and with Centroid's kernels. */
class Gpt2OnnxTest {
  private static final Path FIXTURE = Networks.SHARED.resolve("fixtures").resolve("gpt2-tiny");
  private static final int VOCABULARY = 50257;

  @TempDir private Path folder;

  @BeforeEach
  void requireFixture() {
    assumeTrue(Files.exists(FIXTURE), FIXTURE + " is not there");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesPyTorchLogitsAndGreedyTokens(boolean cache) throws IOException {
    ExportedModel exported = export(cache, WeightType.FP32);
    assertThat(exported.description().verification().maxDifference()).isLessThan(1e-4);
    assertThat(exported.description().verification().values()).isEqualTo(8L * 128 * VOCABULARY);
    JsonNode expected =
        new ObjectMapper().readTree(FIXTURE.resolve("expected.json").toFile()).path("prompts");
    assertThat(expected.size()).isPositive();
    try (OnnxLanguageModel model = open()) {
      assertThat(model.hasCache()).isEqualTo(cache);
      for (JsonNode prompt : expected) {
        requireLogits(model, prompt);
        int[] greedy = ints(prompt.path("greedy_ids"));
        int[] ids = ints(prompt.path("ids"));
        Generation text =
            model.generate(
                ids,
                Sampling.GREEDY,
                StopCriteria.after(greedy.length - ids.length),
                0,
                TokenListener.NONE);
        assertThat(text.ids()).containsExactly(greedy);
        assertThat(text.finish()).isEqualTo(FinishReason.LENGTH);
      }
    }
  }

  private static void requireLogits(OnnxLanguageModel model, JsonNode prompt) {
    int[] ids = ints(prompt.path("ids"));
    try (OnnxLanguageModel.Text text = model.text()) {
      float[] logits = text.add(ids);
      assertThat(logits).hasSize(ids.length * VOCABULARY);
      int last = (ids.length - 1) * VOCABULARY;
      for (int i = 0; i < 10; i++) {
        int id = prompt.path("last_top10_ids").get(i).asInt();
        assertThat(logits[last + id])
            .isCloseTo((float) prompt.path("last_top10_logits").get(i).asDouble(), within(1e-4f));
      }
      for (int token = 0; token < ids.length; token++) {
        double sum = 0;
        for (int id = 0; id < VOCABULARY; id++) {
          sum += logits[token * VOCABULARY + id];
        }
        assertThat(sum / VOCABULARY)
            .isCloseTo(prompt.path("logits_row_mean").get(token).asDouble(), within(1e-4));
      }
    }
  }

  @Test
  void contextOverflowMatchesGenerator() throws IOException {
    export(true, WeightType.FP32);
    int[] prompt = {464, 1110, 318};
    TrainedModel model =
        TrainedModel.load(
            Networks.FILES,
            FIXTURE.toString(),
            false,
            Engines.of(new CpuEngine(), new Dl4jEngine()));
    StopCriteria sliding = StopCriteria.after(140);
    StopCriteria stopping = StopCriteria.after(140).with(ContextOverflow.STOP);
    Sampling sampled = new Sampling(1, 20, 1, 1, 5);
    try (OnnxLanguageModel onnx = open()) {
      io.centroid.generate.Generator own = CpuGpt2.generator(model);
      assertThat(onnx.positions()).isEqualTo(128);
      for (StopCriteria stop : new StopCriteria[] {sliding, stopping}) {
        Generation actual = onnx.generate(prompt, sampled, stop, 0, TokenListener.NONE);
        Generation expected =
            own.generate(java.util.List.of(prompt), sampled, stop, TokenListener.NONE).get(0);
        assertThat(actual.finish()).isEqualTo(expected.finish());
        assertThat(actual.ids()).containsExactly(expected.ids());
      }
    }
  }

  @Test
  void batchedLogitsMatchSingleTexts() throws IOException {
    export(false, WeightType.FP32);
    int[][] texts = {{464, 1110, 318, 11, 198}, {7454, 2402, 257, 640, 13}, {1, 2, 3, 4, 5}};
    try (OnnxModel model = OnnxModel.open(file(), 1)) {
      assertThat(model.input("input_ids").shape()).containsExactly(-1L, -1L);
      long[] flat = Arrays.stream(texts).flatMapToInt(Arrays::stream).asLongStream().toArray();
      float[] together = logits(model, flat, 3, 5);
      for (int row = 0; row < 3; row++) {
        for (int length = 1; length <= 5; length += 2) {
          long[] alone = Arrays.stream(texts[row]).limit(length).asLongStream().toArray();
          float[] single = logits(model, alone, 1, length);
          assertThat(single).hasSize(length * VOCABULARY);
          for (int i = 0; i < single.length; i++) {
            assertThat(single[i]).isCloseTo(together[row * 5 * VOCABULARY + i], within(1e-4f));
          }
        }
      }
    }
  }

  /** As in Optimum: shorter texts are padded on the left and masked. */
  @Test
  void attentionMaskHidesLeftPaddingWithCache() throws IOException {
    export(true, WeightType.FP32);
    try (OnnxModel model = OnnxModel.open(file(), 1)) {
      Map<String, OnnxModel.Input> padded =
          inputs(
              new long[] {9, 9, 464, 1110, 7454, 2402, 257, 640},
              new long[] {0, 0, 1, 1, 1, 1, 1, 1},
              new long[] {0, 0, 0, 1, 0, 1, 2, 3},
              2,
              4);
      Map<String, OnnxModel.Input> alone =
          inputs(new long[] {464, 1110}, new long[] {1, 1}, new long[] {0, 1}, 1, 2);
      try (OnnxModel.Results both = model.run(padded, Set.of("logits"));
          OnnxModel.Results one = model.run(alone, Set.of("logits"))) {
        assertThat(both.shape("logits")).containsExactly(2, 4, VOCABULARY);
        float[] first = array(both);
        float[] single = array(one);
        for (int i = 0; i < single.length; i++) {
          assertThat(first[2 * VOCABULARY + i]).isCloseTo(single[i], within(1e-4f));
        }
        for (float value : first) {
          assertThat(Float.isFinite(value)).isTrue();
        }
      }
    }
  }

  private static Map<String, OnnxModel.Input> inputs(
      long[] ids, long[] mask, long[] positions, int batch, int sequence) {
    Map<String, OnnxModel.Input> inputs = new java.util.LinkedHashMap<>();
    inputs.put("input_ids", integers(ids, batch, sequence));
    inputs.put("attention_mask", integers(mask, batch, sequence));
    inputs.put("position_ids", integers(positions, batch, sequence));
    for (int layer = 0; layer < 2; layer++) {
      for (String what : new String[] {"key", "value"}) {
        inputs.put(
            OnnxLanguageModel.past(layer, what),
            new OnnxModel.Input.Floats(java.nio.FloatBuffer.allocate(0), batch, 2, 0, 32));
      }
    }
    return inputs;
  }

  private static OnnxModel.Input integers(long[] values, long... shape) {
    return new OnnxModel.Input.Integers(LongBuffer.wrap(values), shape);
  }

  private static float[] logits(OnnxModel model, long[] ids, int batch, int sequence) {
    try (OnnxModel.Results results =
        model.run(Map.of("input_ids", integers(ids, batch, sequence)), Set.of("logits"))) {
      return array(results);
    }
  }

  private static float[] array(OnnxModel.Results results) {
    java.nio.FloatBuffer buffer = results.floats("logits");
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @ParameterizedTest
  @CsvSource({"FP16, false, 0.52", "INT8, true, 0.27", "INT8, false, 0.27"})
  void fp16AndInt8AreWithinTolerance(WeightType weights, boolean cache, double size)
      throws IOException {
    ExportedModel exported = export(cache, weights);
    Verification found = exported.description().verification();
    assertThat(found.maxDifference()).isPositive().isLessThan(found.tolerance());
    assertThat(found.agreement()).isGreaterThan(weights == WeightType.FP16 ? 0.98 : 0.8);
    long whole = Files.size(FIXTURE.resolve("model.safetensors"));
    assertThat((double) exported.description().file(OnnxModel.FILE).bytes() / whole)
        .isLessThan(size);
    try (OnnxLanguageModel model = open();
        OnnxLanguageModel.Text text = model.text()) {
      float[] logits = text.add(7454, 2402, 257, 640);
      assertThat(Evaluator.mostProbable(logits, 3, VOCABULARY)).isEqualTo(11);
    }
  }

  private ExportedModel export(boolean cache, WeightType weights) throws IOException {
    return ModelExporter.export(
        ExportRequest.of(
                Networks.FILES,
                TrainedModel.load(
                    Networks.FILES,
                    FIXTURE.toString(),
                    false,
                    Engines.of(new CpuEngine(), new Dl4jEngine())),
                Networks.hadoop(folder.resolve("out")),
                ExportFormat.ONNX)
            .withCache(cache)
            .withWeights(weights),
        ExportListener.NONE);
  }

  private Path file() {
    return folder.resolve("out").resolve(OnnxModel.FILE);
  }

  private OnnxLanguageModel open() {
    return OnnxLanguageModel.of(OnnxModel.open(file(), 1));
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    Arrays.setAll(values, i -> array.get(i).asInt());
    return values;
  }
}

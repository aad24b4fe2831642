package io.centroid.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.device.Device;
import io.centroid.error.InputException;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.generate.decoder.Decoders;
import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.generate.decoder.Span;
import io.centroid.generate.decoder.TokenDecoder;
import io.centroid.huggingface.ModelDirectory;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.matrix.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated texts of a small trained GPT-2, as PyTorch's. */
class TorchDecoderTest {
  private static final Path FIXTURE =
      Path.of(System.getProperty("centroid.shared", "../shared"), "fixtures", "gpt2-tiny");

  private final Arena memory = new Arena();
  private Gpt2Config config;
  private Map<String, FloatVector> tensors;
  private JsonNode prompts;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(Files.exists(FIXTURE), FIXTURE + " is not there");
    ModelDirectory directory =
        ModelDirectory.read(
            new HadoopFiles(new Configuration()), new org.apache.hadoop.fs.Path(FIXTURE.toUri()));
    config = directory.config();
    tensors = directory.tensors(memory);
    prompts = new ObjectMapper().readTree(FIXTURE.resolve("expected.json").toFile()).get("prompts");
  }

  @AfterEach
  void close() {
    memory.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void greedyTextsAreThoseOfPyTorch(int draftTokens) {
    List<int[]> starts = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (JsonNode prompt : prompts) {
      starts.add(ids(prompt.get("ids")));
      expected.add(ids(prompt.get("greedy_ids")));
    }
    try (Decoders decoders = decoders(WeightFormat.FLOAT32);
        Generator generator = new Generator(config, decoders, null, draftTokens)) {
      assertThat(
              generator.generate(
                  starts, Sampling.GREEDY, StopCriteria.after(50), TokenListener.NONE))
          .extracting(Generation::ids)
          .containsExactlyElementsOf(expected);
    }
  }

  @Test
  void logitsAreThoseOfPyTorchAndOfOneTokenAtATime() {
    try (Decoders decoders = decoders(WeightFormat.FLOAT32);
        TokenDecoder decoder = decoders.decoder();
        Generator whole = new Generator(config, decoders, null, 0)) {
      for (JsonNode prompt : prompts) {
        int[] ids = ids(prompt.get("ids"));
        float[] expected = whole.scores(ids);
        try (KeyValueCache cache = decoder.cache(ids.length)) {
          for (int t = 0; t < ids.length; t++) {
            decoder.advance(List.of(new Span(cache, ids, t, 1, 1)));
            float[] row = new float[config.vocabulary()];
            decoder.scores().read(0, row, row.length);
            for (int i = 0; i < row.length; i += 97) {
              assertThat(row[i]).isCloseTo(expected[t * row.length + i], within(1e-4f));
            }
            if (t == ids.length - 1) {
              int[] likeliest = ids(prompt.get("last_top10_ids"));
              for (int i = 0; i < likeliest.length; i++) {
                assertThat((double) row[likeliest[i]])
                    .isCloseTo(prompt.get("last_top10_logits").get(i).asDouble(), within(1e-4));
              }
            }
          }
        }
      }
    }
  }

  /** A prompt in two parts: the second part's tokens see the first's, and not their own future. */
  @Test
  void aPromptInPartsHasTheSameLogits() {
    int[] ids = ids(prompts.get(2).get("greedy_ids"));
    try (Decoders decoders = decoders(WeightFormat.FLOAT32);
        TokenDecoder decoder = decoders.decoder();
        KeyValueCache once = decoder.cache(ids.length);
        KeyValueCache parts = decoder.cache(ids.length)) {
      decoder.advance(List.of(new Span(once, ids, 0, ids.length, 1)));
      float[] expected = new float[config.vocabulary()];
      decoder.scores().read(0, expected, expected.length);
      decoder.advance(List.of(new Span(parts, ids, 0, 10, 0)));
      decoder.advance(List.of(new Span(parts, ids, 10, ids.length - 10, 1)));
      float[] scores = new float[config.vocabulary()];
      decoder.scores().read(0, scores, scores.length);
      assertThat(scores).containsExactly(expected, within(1e-4f));
    }
  }

  @Test
  void bfloat16WeightsGiveNearlyTheSameLogProbabilities() {
    int[] ids = ids(prompts.get(0).get("ids"));
    try (Decoders floats = decoders(WeightFormat.FLOAT32);
        Decoders halves = decoders(WeightFormat.BFLOAT16);
        Generator exact = new Generator(config, floats, null, 0);
        Generator rounded = new Generator(config, halves, null, 0)) {
      double[] expected = exact.logProbabilities(ids);
      assertThat(IntStream.range(0, expected.length).mapToDouble(i -> -expected[i]).sum())
          .isCloseTo(prompts.get(0).get("nll_sum").asDouble(), within(1e-4));
      assertThat(rounded.logProbabilities(ids))
          .isNotEqualTo(expected)
          .containsExactly(expected, within(0.05));
    }
  }

  @Test
  void whatTheEngineDoesNotHaveIsAnError() {
    assertThatThrownBy(() -> new TorchDecoding(Device.CPU, WeightFormat.INT8, 1).require())
        .isInstanceOf(InputException.class)
        .hasMessage("--weights int8: the engine torch has float32 and bfloat16");
    assertThatThrownBy(() -> new TorchDecoding(Device.cuda("0"), WeightFormat.FLOAT32, 1).require())
        .isInstanceOf(InputException.class)
        .hasMessageMatching("cuda:0: LibTorch .* finds 0 GPU\\(s\\)");
  }

  private Decoders decoders(WeightFormat format) {
    return new TorchDecoding(Device.CPU, format, 1).decoders(config, tensors);
  }

  private static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }
}

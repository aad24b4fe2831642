package io.centroid.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.generate.decoder.DecoderWeights;
import io.centroid.generate.decoder.Gpt2Decoder;
import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.generate.decoder.Span;
import io.centroid.nn.matrix.WeightFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parity with PyTorch on a small trained GPT-2. */
class GeneratorFixtureTest {
  private static Gpt2Fixture fixture;

  @BeforeAll
  static void readFixture() throws IOException {
    fixture = Gpt2Fixture.read();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void greedyDecodingMatchesPyTorch(int threads) {
    Generator generator = generator(threads);
    for (JsonNode prompt : fixture.prompts()) {
      int[] ids = Gpt2Fixture.ids(prompt.get("ids"));
      int[] expected = Gpt2Fixture.ids(prompt.get("greedy_ids"));

      Generation text = greedy(generator, List.of(ids), expected.length - ids.length).get(0);

      assertThat(text.ids()).isEqualTo(expected);
      assertThat(text.finish()).isEqualTo(FinishReason.LENGTH);
      assertThat(text.promptTokens()).isEqualTo(ids.length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void batchedGreedyDecodingMatchesPyTorch(int threads) {
    List<int[]> prompts = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (JsonNode prompt : fixture.prompts()) {
      prompts.add(Gpt2Fixture.ids(prompt.get("ids")));
      expected.add(Gpt2Fixture.ids(prompt.get("greedy_ids")));
    }

    List<Generation> texts = greedy(generator(threads), prompts, 50);

    assertThat(texts).extracting(Generation::ids).containsExactlyElementsOf(expected);
  }

  @Test
  void promptLogitsMatchPyTorch() {
    Gpt2Decoder decoder =
        new Gpt2Decoder(
            fixture.config(),
            new DecoderWeights(fixture.config(), fixture.weights(), WeightFormat.FLOAT32, 2));
    for (JsonNode prompt : fixture.prompts()) {
      int[] ids = Gpt2Fixture.ids(prompt.get("ids"));
      KeyValueCache cache = decoder.cache(ids.length);
      decoder.advance(List.of(new Span(cache, ids, 0, ids.length, 1)));
      float[] scores = scores(decoder);

      int[] likeliest = Gpt2Fixture.ids(prompt.get("last_top10_ids"));
      for (int i = 0; i < likeliest.length; i++) {
        assertThat((double) scores[likeliest[i]])
            .isCloseTo(prompt.get("last_top10_logits").get(i).asDouble(), within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void cachedDecodingMatchesAFullForwardPass(int threads) {
    Gpt2Decoder decoder =
        new Gpt2Decoder(
            fixture.config(),
            new DecoderWeights(fixture.config(), fixture.weights(), WeightFormat.FLOAT32, threads));
    int[] ids = Gpt2Fixture.ids(fixture.prompts().get(2).get("greedy_ids"));
    int vocabulary = fixture.config().vocabulary();
    float[] whole = generator(threads).scores(ids);

    KeyValueCache cache = decoder.cache(ids.length);
    for (int t = 0; t < ids.length; t++) {
      decoder.advance(List.of(new Span(cache, ids, t, 1, 1)));

      float[] stepped = scores(decoder);
      double worst = 0;
      for (int i = 0; i < vocabulary; i++) {
        worst = Math.max(worst, Math.abs((double) stepped[i] - whole[t * vocabulary + i]));
      }
      assertThat(worst).isLessThan(1e-4);
    }
  }

  @Test
  void tooManyScoredTokensAreRejectedBeforeTheCacheGrows() {
    Gpt2Decoder decoder =
        new Gpt2Decoder(
            fixture.config(),
            new DecoderWeights(fixture.config(), fixture.weights(), WeightFormat.FLOAT32, 1));
    int tokens = Gpt2Decoder.SCORED + 1;
    KeyValueCache cache = decoder.cache(tokens);

    assertThatThrownBy(
            () -> decoder.advance(List.of(new Span(cache, new int[tokens], 0, tokens, tokens))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("17 tokens to score: expected at most 16");
    assertThat(cache.length()).isZero();
  }

  @Test
  void logitsAreBitwiseIdenticalForAnyNumberOfThreads() {
    int[] ids = Gpt2Fixture.ids(fixture.prompts().get(1).get("greedy_ids"));
    List<float[]> all = new ArrayList<>();
    for (int threads = 1; threads <= 3; threads++) {
      Gpt2Decoder decoder =
          new Gpt2Decoder(
              fixture.config(),
              new DecoderWeights(
                  fixture.config(), fixture.weights(), WeightFormat.FLOAT32, threads));
      KeyValueCache cache = decoder.cache(ids.length);
      decoder.advance(List.of(new Span(cache, ids, 0, 9, 1)));
      for (int t = 9; t < ids.length; t++) {
        decoder.advance(List.of(new Span(cache, ids, t, 1, 1)));
      }
      all.add(scores(decoder));
    }

    assertThat(all.get(1)).isEqualTo(all.get(0));
    assertThat(all.get(2)).isEqualTo(all.get(0));
  }

  @Test
  void promptLogProbabilitiesMatchPyTorch() {
    Generator generator = generator(2);
    for (JsonNode prompt : fixture.prompts()) {
      int[] ids = Gpt2Fixture.ids(prompt.get("ids"));

      assertThat(generator.logProbabilities(ids)).hasSize(ids.length - 1);
      assertThat(-DoubleStream.of(generator.logProbabilities(ids)).sum())
          .isCloseTo(prompt.get("nll_sum").asDouble(), within(1e-4));
    }
  }

  private static float[] scores(Gpt2Decoder decoder) {
    float[] scores = new float[fixture.config().vocabulary()];
    decoder.scores().read(0, scores, scores.length);
    return scores;
  }

  private static Generator generator(int threads) {
    return new Generator(fixture.config(), fixture.weights(), null, threads);
  }

  private static List<Generation> greedy(Generator generator, List<int[]> prompts, int tokens) {
    return generator.generate(
        prompts, Sampling.GREEDY, StopCriteria.after(tokens), TokenListener.NONE);
  }
}

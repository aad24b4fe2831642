package io.centroid.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.error.InputException;
import io.centroid.generate.decoder.DecoderWeights;
import io.centroid.generate.decoder.Gpt2Decoder;
import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.generate.decoder.Span;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.matrix.WeightFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeneratorTest extends SmallModelTexts {
  @Test
  void textDependsOnTheSeed() {
    int[] text = one(PROMPT, new Sampling(1, 0, 1, 1, 5), TEN).ids();

    assertThat(one(PROMPT, new Sampling(1, 0, 1, 1, 5), TEN).ids()).isEqualTo(text).hasSize(13);
    assertThat(one(PROMPT, new Sampling(1, 0, 1, 1, 6), TEN).ids()).isNotEqualTo(text);
  }

  @Test
  void sampledTokensDoNotDependOnTheBatch() {
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      prompts.add(IntStream.range(0, 1 + i % 7).map(t -> (t * 5 + 1) % 26).toArray());
    }
    List<Generation> together =
        generator(2).generate(prompts, new Sampling(1, 0, 1, 1, 8), TEN, TokenListener.NONE);
    List<Generation> fewer =
        generator(1)
            .generate(prompts.subList(0, 3), new Sampling(1, 0, 1, 1, 8), TEN, TokenListener.NONE);

    assertThat(together).hasSize(40);
    for (int i = 0; i < 3; i++) {
      assertThat(together.get(i).ids()).isEqualTo(fewer.get(i).ids());
    }
    // Prompts 0 and 7 are equal, but have different random number streams.
    assertThat(together.get(7).ids()).isNotEqualTo(together.get(0).ids());
  }

  @Test
  void longPromptsArePrefilledInSeveralPasses() {
    Gpt2Config wide = new Gpt2Config(1, 2, 32, 700, 26, 64, Gpt2Config.Dropout.NONE, 1e-5f);
    Gpt2Weights weights = weights(wide, 3);
    int[] ids = IntStream.range(0, 600).map(t -> (t * t + 3 * t) % 26).toArray();
    double[] whole = new Generator(wide, weights, null, 2).logProbabilities(ids);
    Gpt2Decoder decoder =
        new Gpt2Decoder(wide, new DecoderWeights(wide, weights, WeightFormat.FLOAT32, 1));
    KeyValueCache cache = decoder.cache(600);
    SoftScores soft = new SoftScores(26);
    for (int t = 0; t < 599; t++) {
      decoder.advance(List.of(new Span(cache, ids, t, 1, 1)));
      assertThat(whole[t]).isCloseTo(soft.log(decoder.scores(), ids[t + 1]), within(1e-4));
    }

    Generation text =
        new Generator(wide, weights, null, 2)
            .generate(List.of(ids, PROMPT), Sampling.GREEDY, TEN, TokenListener.NONE)
            .get(0);
    assertThat(text.ids()).startsWith(ids).hasSize(610);
  }

  /** With more texts than fit a pass, of different lengths; alike at the start, alike, or not. */
  @Test
  void likelihoodsOfTextsThatBeginAlikeAreThoseOfEachTextAlone() {
    List<int[]> alike = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      int[] ids = IntStream.range(0, 8 + i % 9).map(t -> (t * 5 + 1) % 26).toArray();
      for (int t = 6; t < ids.length; t++) {
        ids[t] = (i * 7 + t * t) % 26;
      }
      alike.add(ids);
    }
    List<int[]> equal = List.of(alike.get(3), alike.get(3).clone(), alike.get(3).clone());
    List<int[]> oneIsTheStart = List.of(alike.get(8), Arrays.copyOf(alike.get(8), 2));
    List<int[]> unlike = List.of(new int[] {3, 4, 5}, new int[] {4, 4}, alike.get(0));
    for (List<int[]> texts : List.of(alike, equal, oneIsTheStart, unlike)) {
      List<Integer> scored = new ArrayList<>();
      double[] found = generator(2).logLikelihoods(texts, scored::add);
      for (int i = 0; i < texts.size(); i++) {
        double expected = Arrays.stream(generator(1).logProbabilities(texts.get(i))).sum();
        assertThat(found[i]).as("text %s", i).isCloseTo(expected, within(1e-4)).isLessThan(-1);
      }
      assertThat(scored).isSorted().doesNotHaveDuplicates().endsWith(texts.size());
    }
    assertThatThrownBy(() -> generator(1).logLikelihoods(List.of(PROMPT, new int[18]), done -> {}))
        .isInstanceOf(InputException.class)
        .hasMessage("a text of 18 tokens exceeds the model's 16 positions");
  }

  @Test
  void listenerReceivesEachToken() {
    List<List<Integer>> received = List.of(new ArrayList<>(), new ArrayList<>());
    List<Generation> texts =
        generator(1)
            .generate(
                List.of(PROMPT, new int[] {7}),
                new Sampling(1, 0, 1, 1, 2),
                TEN,
                (prompt, id) -> received.get(prompt).add(id));

    for (int i = 0; i < 2; i++) {
      Generation text = texts.get(i);
      int[] fresh = Arrays.copyOfRange(text.ids(), text.promptTokens(), text.ids().length);
      assertThat(received.get(i)).containsExactlyElementsOf(Arrays.stream(fresh).boxed().toList());
      assertThat(text.newTokens()).isEqualTo(10);
      assertThat(text.prefillMillis()).isPositive();
      assertThat(text.millisPerToken()).isPositive();
      assertThat(text.tokensPerSecond()).isCloseTo(1000 / text.millisPerToken(), within(1e-9));
    }
  }

  @Test
  void anEmptyPromptStartsFromEndOfText() {
    Generation text = one(new int[0], Sampling.GREEDY, TEN);

    assertThat(text.ids()).isEqualTo(one(new int[] {END}, Sampling.GREEDY, TEN).ids());
    assertThatThrownBy(
            () ->
                new Generator(CONFIG, weights(CONFIG, 1), null, 1)
                    .generate(
                        List.of(PROMPT, new int[0]), Sampling.GREEDY, TEN, TokenListener.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("prompt 1 is empty");
  }

  @Test
  void invalidPromptsAreRejectedBeforeTheFirstToken() {
    assertThatThrownBy(() -> one(new int[] {3, 26}, Sampling.GREEDY, TEN))
        .isInstanceOf(InputException.class)
        .hasMessage("prompt 0, token 1: expected an id below 26, found 26");
    assertThatThrownBy(() -> generator(1).logProbabilities(new int[18]))
        .isInstanceOf(InputException.class)
        .hasMessage("a text of 18 tokens exceeds the model's 16 positions");
    assertThatThrownBy(() -> StopCriteria.after(0)).isInstanceOf(InputException.class);
    assertThat(generator(1).generate(List.of(), Sampling.GREEDY, TEN, TokenListener.NONE))
        .isEmpty();
    assertThat(generator(1).logProbabilities(new int[] {3})).isEmpty();
  }

  @Test
  void draftTokensDoNotChangeTheText() {
    int[] repeating = IntStream.range(0, 9).map(t -> t % 3).toArray();
    List<int[]> prompts = List.of(repeating, PROMPT, new int[] {5, 5, 5, 5}, new int[] {9});
    StopCriteria eighty = new StopCriteria(80, false, Set.of(), List.of(), ContextOverflow.SLIDE);
    for (Sampling sampling : List.of(Sampling.GREEDY, new Sampling(0.01, 0, 1, 1, 3))) {
      for (StopCriteria stopCriteria : List.of(eighty, TEN, eighty.with(ContextOverflow.STOP))) {
        List<Generation> plain =
            generator(1).generate(prompts, sampling, stopCriteria, TokenListener.NONE);
        for (int draftTokens : new int[] {1, 4, Generator.MAX_DRAFT_TOKENS}) {
          List<Generation> drafted =
              drafting(draftTokens).generate(prompts, sampling, stopCriteria, TokenListener.NONE);
          for (int i = 0; i < prompts.size(); i++) {
            assertThat(drafted.get(i).ids()).isEqualTo(plain.get(i).ids());
            assertThat(drafted.get(i).finish()).isEqualTo(plain.get(i).finish());
          }
        }
      }
    }
    assertThatThrownBy(() -> drafting(Generator.MAX_DRAFT_TOKENS + 1))
        .isInstanceOf(InputException.class)
        .hasMessage("draft tokens must be from 0 to 15: 16");
  }

  private static Generator drafting(int draftTokens) {
    return new Generator(
        CONFIG,
        new DecoderWeights(CONFIG, weights(CONFIG, 1), WeightFormat.FLOAT32, 1),
        LETTERS,
        draftTokens);
  }

  @Test
  void aCacheHasKeysAndValuesOfEachLayer() {
    assertThat(KeyValueCache.values(Gpt2Config.Size.SMALL.config(), 1024))
        .isEqualTo(2L * 12 * 768 * 1024);
  }

  /** Reference log-probabilities in double precision. */
  private record SoftScores(int vocabulary) {
    double log(FloatVector scores, int id) {
      float[] values = new float[vocabulary];
      scores.read(0, values, vocabulary);
      double sum = 0;
      for (float value : values) {
        sum += Math.exp(value);
      }
      return values[id] - Math.log(sum);
    }
  }
}

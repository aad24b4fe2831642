package io.centroid.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.generate.decoder.DecoderWeights;
import io.centroid.generate.decoder.Gpt2Decoder;
import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.generate.decoder.Span;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.matrix.WeightFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Stop criteria, and texts that exceed the context. */
class StopCriteriaTest extends SmallModelTexts {
  @Test
  void aStopTokenEndsTheTextAndIsNotPartOfIt() {
    int[] full = one(PROMPT, new Sampling(1, 0, 1, 1, 5), TEN).ids();
    int stop = full[8];
    int first = IntStream.range(3, 13).filter(i -> full[i] == stop).findFirst().orElseThrow();

    Generation text = one(PROMPT, new Sampling(1, 0, 1, 1, 5), TEN.withTokens(Set.of(stop)));

    assertThat(text.finish()).isEqualTo(FinishReason.STOP_TOKEN);
    assertThat(text.ids()).isEqualTo(Arrays.copyOf(full, first));
  }

  @Test
  void endOfTextStopsGenerationByDefault() {
    // The final layer norm's shift dominates: the end-of-text token is always the most likely.
    Gpt2Weights stopCriteria = weights(CONFIG, 1);
    float[] row = new float[CONFIG.width()];
    stopCriteria.tokens().read((long) END * CONFIG.width(), row, row.length);
    float[] shift = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      shift[i] = 100 * row[i];
    }
    stopCriteria.norm().bias().load(shift);
    Generator generator = new Generator(CONFIG, stopCriteria, LETTERS, 1);

    Generation text =
        generator
            .generate(List.of(PROMPT), Sampling.GREEDY, StopCriteria.after(5), TokenListener.NONE)
            .get(0);
    Generation further =
        generator.generate(List.of(PROMPT), Sampling.GREEDY, TEN, TokenListener.NONE).get(0);

    assertThat(text.finish()).isEqualTo(FinishReason.STOP_TOKEN);
    assertThat(text.ids()).isEqualTo(PROMPT);
    assertThat(further.ids()).endsWith(END, END).hasSize(13);
  }

  @Test
  void aStopStringEndsTheTextAndIsPartOfIt() {
    int[] full = one(PROMPT, new Sampling(1, 0, 1, 1, 5), TEN).ids();
    String written = LETTERS.decode(Arrays.copyOfRange(full, 3, 13));
    String stop = written.substring(4, 7);

    Generation text =
        one(PROMPT, new Sampling(1, 0, 1, 1, 5), TEN.withStrings(List.of(stop, "ABC")));

    assertThat(text.finish()).isEqualTo(FinishReason.STOP_STRING);
    assertThat(LETTERS.decode(Arrays.copyOfRange(text.ids(), 3, text.ids().length)))
        .isEqualTo(written.substring(0, written.indexOf(stop) + 3));
  }

  @Test
  void aFullContextSlidesByHalf() {
    StopCriteria thirty = new StopCriteria(30, false, Set.of(), List.of(), ContextOverflow.SLIDE);
    int[] text = one(PROMPT, Sampling.GREEDY, thirty).ids();

    assertThat(text).hasSize(33);
    Gpt2Decoder decoder =
        new Gpt2Decoder(
            CONFIG, new DecoderWeights(CONFIG, weights(CONFIG, 1), WeightFormat.FLOAT32, 1));
    int start = 0;
    for (int t = 3; t < 33; t++) {
      if (t - start > POSITIONS) {
        start = t - POSITIONS / 2;
      }
      KeyValueCache cache = decoder.cache(t - start);
      decoder.advance(List.of(new Span(cache, text, start, t - start, 1)));
      assertThat(text[t]).as("token " + t).isEqualTo(likeliest(decoder));
    }
    assertThat(start).isPositive();
  }

  @Test
  void longPromptsAreTruncatedToTheLastTokens() {
    int[] prompt = IntStream.range(0, 20).map(t -> t * 7 % 26).toArray();

    Generation text = one(prompt, Sampling.GREEDY, TEN);
    Generation cropped = one(Arrays.copyOfRange(prompt, 4, 20), Sampling.GREEDY, TEN);

    assertThat(text.ids()).startsWith(prompt).hasSize(30);
    assertThat(Arrays.copyOfRange(text.ids(), 4, 30)).isEqualTo(cropped.ids());
  }

  @Test
  void generationStopsWhenTheContextIsFull() {
    StopCriteria stopping = new StopCriteria(100, false, Set.of(), List.of(), ContextOverflow.STOP);

    Generation text = one(PROMPT, Sampling.GREEDY, stopping);
    assertThat(text.finish()).isEqualTo(FinishReason.CONTEXT);
    assertThat(text.ids()).hasSize(POSITIONS);

    Generation full = one(new int[POSITIONS], Sampling.GREEDY, stopping);
    assertThat(full.finish()).isEqualTo(FinishReason.CONTEXT);
    assertThat(full.newTokens()).isZero();

    assertThatThrownBy(() -> one(new int[17], Sampling.GREEDY, stopping))
        .isInstanceOf(InputException.class)
        .hasMessage("prompt 0 has 17 tokens: expected at most the model's 16 positions");
  }

  private static int likeliest(Gpt2Decoder decoder) {
    float[] scores = new float[26];
    decoder.scores().read(0, scores, 26);
    return IntStream.range(0, 26).reduce(0, (best, id) -> scores[id] > scores[best] ? id : best);
  }
}

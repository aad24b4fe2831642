package io.centroid.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.generate.decoder.Gpt2Decoder;
import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.nn.kernels.NativeBytes;
import io.centroid.nn.kernels.NativeMemory;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratorMemoryTest extends SmallModelTexts {
  private static final List<int[]> PROMPTS = Collections.nCopies(40, PROMPT);

  @Test
  void cachesAreFreedWhenTextsFinish() {
    // Triggers one-time allocations of the libraries.
    try (Generator first = generator(1)) {
      first.scores(PROMPT);
    }
    long before = NativeBytes.settled();
    Generator generator = generator(2);
    long idle = NativeMemory.javacppBytes();
    assertThat(idle).isGreaterThan(before);
    long cache = Float.BYTES * KeyValueCache.values(CONFIG, PROMPT.length + TEN.newTokens());
    generator.generate(
        PROMPTS,
        Sampling.GREEDY,
        TEN,
        (text, id) ->
            assertThat(NativeMemory.javacppBytes())
                .isBetween(idle + cache, idle + Gpt2Decoder.SCORED * cache));
    assertThat(NativeMemory.javacppBytes()).isEqualTo(idle);
    generator.logProbabilities(PROMPT);
    generator.scores(PROMPT);
    assertThat(NativeMemory.javacppBytes()).isEqualTo(idle);
    generator.close();
    assertThat(NativeMemory.javacppBytes()).isEqualTo(before);
    assertThatThrownBy(() -> generator.generate(PROMPTS, Sampling.GREEDY, TEN, TokenListener.NONE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void cachesAreFreedAfterAFailure() {
    try (Generator generator = generator(1)) {
      generator.scores(PROMPT);
      long idle = NativeBytes.settled();
      assertThatThrownBy(
              () ->
                  generator.generate(
                      PROMPTS,
                      Sampling.GREEDY,
                      TEN,
                      (text, id) -> {
                        throw new IllegalStateException("enough");
                      }))
          .hasMessage("enough");
      assertThat(NativeMemory.javacppBytes()).isEqualTo(idle);
    }
  }
}

package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.generate.ContextOverflow;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.huggingface.GenerationDefaults;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Sampling options and stop criteria of text generation. An option that is not given falls back to
 * the model's own default, then to ours.
 */
final class SamplingOptions {
  private static final double DEFAULT_TEMPERATURE = 0.8;
  private static final int DEFAULT_TOP_K = 200;
  private static final int DEFAULT_NEW_TOKENS = 100;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Maximum number of tokens to generate (default: the model's, else 100).")
  private @Nullable Integer newTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Sampling temperature; 0: greedy decoding (default: the model's, else 0.8).")
  private @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description =
          "Sample from the K most probable tokens; 0: all (default: the model's, else 200).")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Nucleus sampling: sample from the most probable tokens with this cumulative probability"
              + " (default: the model's, else 1).")
  private @Nullable Double topP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description =
          "Values above 1 penalize tokens that already occur in the text (default: the model's,"
              + " else 1).")
  private @Nullable Double repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description =
          "Random seed; the same seed samples the same texts (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Stop string: generation ends where it occurs; repeatable.")
  private List<String> stops = List.of();

  @Option(
      names = "--stop-token",
      paramLabel = "ID",
      description = "Stop token id, in addition to end-of-text; repeatable.")
  private List<Integer> stopTokens = List.of();

  @Option(
      names = "--overflow",
      paramLabel = "slide|stop",
      defaultValue = "SLIDE",
      description =
          "When the context is full: slide drops the older half of the context, stop ends"
              + " generation (default: slide).")
  private ContextOverflow overflow;

  Sampling sampling(Optional<GenerationDefaults> model) {
    Optional<GenerationDefaults> defaults = model.filter(GenerationDefaults::samples);
    return new Sampling(
        temperature != null
            ? temperature
            : defaults.map(GenerationDefaults::temperature).orElse(DEFAULT_TEMPERATURE),
        topK != null ? topK : defaults.map(GenerationDefaults::topK).orElse(DEFAULT_TOP_K),
        topP != null ? topP : defaults.map(GenerationDefaults::topP).orElse(1.0),
        repetitionPenalty != null
            ? repetitionPenalty
            : model.map(GenerationDefaults::repetitionPenalty).orElse(1.0),
        seed);
  }

  /**
   * The stop criteria.
   *
   * @param vocabulary vocabulary size of the model
   */
  StopCriteria stopCriteria(Optional<GenerationDefaults> model, int vocabulary) {
    for (int token : stopTokens) {
      if (token < 0 || token >= vocabulary) {
        throw new InputException("--stop-token must be an id below " + vocabulary + ": " + token);
      }
    }
    Set<Integer> tokens = new HashSet<>(stopTokens);
    model.ifPresent(defaults -> tokens.addAll(defaults.endOfText()));
    int limit =
        newTokens != null
            ? newTokens
            : model.flatMap(SamplingOptions::maxNewTokens).orElse(DEFAULT_NEW_TOKENS);
    return StopCriteria.after(limit).withTokens(tokens).withStrings(stops).with(overflow);
  }

  private static Optional<Integer> maxNewTokens(GenerationDefaults model) {
    return model.maxNewTokens().isPresent()
        ? Optional.of(model.maxNewTokens().getAsInt())
        : Optional.empty();
  }
}

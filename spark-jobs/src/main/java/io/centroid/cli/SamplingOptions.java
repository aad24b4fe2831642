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
 * How tokens are drawn and when a text ends: the options, else as the model says, else the usual.
 */
final class SamplingOptions {
  private static final double USUAL_TEMPERATURE = 0.8;
  private static final int USUAL_TOP_K = 200;
  private static final int USUAL_NEW_TOKENS = 100;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens to add (default: as the model says, else 100).")
  private @Nullable Integer newTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Divides the scores; 0: always the likeliest token (default: as the model says, else"
              + " 0.8).")
  private @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Only the K likeliest; 0: all (default: as the model says, else 200).")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Only the likeliest that have this probability together (default: as the model says,"
              + " else 1).")
  private @Nullable Double topP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description =
          "Above 1: makes tokens that the text has already less likely (default: as the model"
              + " says, else 1).")
  private @Nullable Double repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "The same seed draws the same texts (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End a text where it says this; may be repeated.")
  private List<String> stops = List.of();

  @Option(
      names = "--stop-token",
      paramLabel = "ID",
      description = "End a text at this token, besides end-of-text; may be repeated.")
  private List<Integer> stopTokens = List.of();

  @Option(
      names = "--overflow",
      paramLabel = "slide|stop",
      defaultValue = "SLIDE",
      description =
          "When a text has as many tokens as the model has positions. slide: its older half is"
              + " forgotten. stop: it ends (${DEFAULT-VALUE}).")
  private ContextOverflow overflow;

  Sampling sampling(Optional<GenerationDefaults> model) {
    Optional<GenerationDefaults> says = model.filter(GenerationDefaults::samples);
    return new Sampling(
        temperature != null
            ? temperature
            : says.map(GenerationDefaults::temperature).orElse(USUAL_TEMPERATURE),
        topK != null ? topK : says.map(GenerationDefaults::topK).orElse(USUAL_TOP_K),
        topP != null ? topP : says.map(GenerationDefaults::topP).orElse(1.0),
        repetitionPenalty != null
            ? repetitionPenalty
            : model.map(GenerationDefaults::repetitionPenalty).orElse(1.0),
        seed);
  }

  /**
   * When a text ends.
   *
   * @param vocabulary of the model
   */
  StopCriteria ending(Optional<GenerationDefaults> model, int vocabulary) {
    for (int token : stopTokens) {
      if (token < 0 || token >= vocabulary) {
        throw new InputException("--stop-token must be an id below " + vocabulary + ": " + token);
      }
    }
    Set<Integer> tokens = new HashSet<>(stopTokens);
    model.ifPresent(defaults -> tokens.addAll(defaults.endOfText()));
    int most =
        newTokens != null
            ? newTokens
            : model.flatMap(SamplingOptions::mostNewTokens).orElse(USUAL_NEW_TOKENS);
    return StopCriteria.after(most).withTokens(tokens).withStrings(stops).with(overflow);
  }

  private static Optional<Integer> mostNewTokens(GenerationDefaults model) {
    return model.maxNewTokens().isPresent()
        ? Optional.of(model.maxNewTokens().getAsInt())
        : Optional.empty();
  }
}

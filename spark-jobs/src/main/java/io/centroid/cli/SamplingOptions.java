package io.centroid.cli;

import io.centroid.GenerationOptions;
import io.centroid.generate.ContextOverflow;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How tokens are drawn and when a text ends: the options, else as the model says, else the usual.
 */
final class SamplingOptions {
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

  /** The options for {@link io.centroid.Model#generate}. */
  GenerationOptions options() {
    return GenerationOptions.DEFAULTS
        .maxNewTokens(newTokens)
        .temperature(temperature)
        .topK(topK)
        .topP(topP)
        .repetitionPenalty(repetitionPenalty)
        .seed(seed)
        .stopAt(stops)
        .stopAtTokens(Set.copyOf(stopTokens))
        .overflow(overflow);
  }
}

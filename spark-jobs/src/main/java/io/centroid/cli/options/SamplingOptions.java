package io.centroid.cli.options;

import io.centroid.GenerationOptions;
import io.centroid.generate.ContextOverflow;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Sampling options and stop criteria of text generation. An option that is not given falls back to
 * the model's own default, then to ours.
 */
public final class SamplingOptions {
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

  /** The options for {@link io.centroid.Model#generate}. */
  public GenerationOptions options() {
    GenerationOptions options =
        GenerationOptions.DEFAULTS
            .seed(seed)
            .stopAt(stops)
            .stopAtTokens(Set.copyOf(stopTokens))
            .overflow(overflow);
    options = newTokens == null ? options : options.maxNewTokens(newTokens);
    options = temperature == null ? options : options.temperature(temperature);
    options = topK == null ? options : options.topK(topK);
    options = topP == null ? options : options.topP(topP);
    return repetitionPenalty == null ? options : options.repetitionPenalty(repetitionPenalty);
  }
}

package io.centroid.devtools;

import io.centroid.bench.gpt2.Gpt2Shape;
import io.centroid.error.InputException;
import picocli.CommandLine.Option;

/** Sizes of the GPT-2 of {@code bench gpu}; those of GPT-2 small by default. */
final class GpuModelOptions {
  private static final int FEWEST_POSITIONS = 4;

  @Option(
      names = "--layers",
      paramLabel = "N",
      defaultValue = "12",
      description = "GPT-2: number of transformer blocks (default: ${DEFAULT-VALUE}).")
  private int layers;

  @Option(
      names = "--heads",
      paramLabel = "N",
      defaultValue = "12",
      description = "GPT-2: number of attention heads (default: ${DEFAULT-VALUE}).")
  private int heads;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "768",
      description = "GPT-2: embedding width (default: ${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--positions",
      paramLabel = "N",
      defaultValue = "1024",
      description =
          "GPT-2: positions, which is also the number of tokens per text (default:"
              + " ${DEFAULT-VALUE}).")
  private int positions;

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      defaultValue = "50257",
      description = "GPT-2: vocabulary size (default: ${DEFAULT-VALUE}).")
  private int vocabulary;

  /**
   * Returns the sizes.
   *
   * @throws InputException if one is invalid
   */
  Gpt2Shape shape() {
    requireAtLeast(1, "--layers", layers);
    requireAtLeast(1, "--heads", heads);
    requireAtLeast(1, "--width", width);
    requireAtLeast(FEWEST_POSITIONS, "--positions", positions);
    requireAtLeast(2, "--vocabulary", vocabulary);
    if (width % heads != 0) {
      throw new InputException("--width must be a multiple of --heads, " + heads + ": " + width);
    }
    return new Gpt2Shape(layers, heads, width, positions, vocabulary);
  }

  static void requireAtLeast(int least, String option, int value) {
    if (value < least) {
      throw new InputException(option + " must be >= " + least + ": " + value);
    }
  }
}

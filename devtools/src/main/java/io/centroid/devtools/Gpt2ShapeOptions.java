package io.centroid.devtools;

import io.centroid.bench.gpt2.Gpt2Case;
import io.centroid.bench.gpt2.Gpt2Shape;
import io.centroid.error.InputException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the model of {@code bench gpt2}: the default cases or one custom size. */
final class Gpt2ShapeOptions {
  /** A prompt of two tokens and two new tokens. */
  private static final int FEWEST_POSITIONS = 4;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description =
          "Measure a custom model instead of the default cases: number of transformer blocks (4).")
  private @Nullable Integer layers;

  @Option(
      names = "--heads",
      paramLabel = "N",
      description = "Custom model: number of attention heads (4).")
  private @Nullable Integer heads;

  @Option(names = "--width", paramLabel = "N", description = "Custom model: embedding width (128).")
  private @Nullable Integer width;

  @Option(
      names = "--positions",
      paramLabel = "N",
      description = "Custom model: positions, which is also the number of tokens per text (64).")
  private @Nullable Integer positions;

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      description = "Custom model: vocabulary size (65).")
  private @Nullable Integer vocabulary;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Custom model: texts per training step (12).")
  private @Nullable Integer batch;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Custom model: training steps per run (10).")
  private @Nullable Integer steps;

  /**
   * Returns the cases to measure.
   *
   * @throws InputException if a size is invalid
   */
  List<Gpt2Case> cases(int threads) {
    boolean defaults =
        Stream.of(layers, heads, width, positions, vocabulary, batch, steps)
            .allMatch(Objects::isNull);
    if (defaults) {
      return Gpt2Case.all(threads);
    }
    Gpt2Shape shape =
        new Gpt2Shape(
            atLeast(1, "--layers", layers, 4),
            atLeast(1, "--heads", heads, 4),
            atLeast(1, "--width", width, 128),
            atLeast(FEWEST_POSITIONS, "--positions", positions, 64),
            atLeast(2, "--vocabulary", vocabulary, 65));
    if (shape.width() % shape.heads() != 0) {
      throw new InputException(
          "--width must be a multiple of --heads, " + shape.heads() + ": " + shape.width());
    }
    return Gpt2Case.of(
        shape, atLeast(1, "--batch", batch, 12), atLeast(1, "--steps", steps, 10), threads);
  }

  private static int atLeast(int least, String option, @Nullable Integer given, int defaultValue) {
    int value = given == null ? defaultValue : given;
    if (value < least) {
      throw new InputException(option + " must be >= " + least + ": " + value);
    }
    return value;
  }
}

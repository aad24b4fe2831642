package io.centroid.devtools;

import io.centroid.InputException;
import io.centroid.bench.gpt2.Gpt2Case;
import io.centroid.bench.gpt2.Gpt2Shape;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which GPT-2 {@code bench gpt2} measures: the usual ones, or one of the user's sizes. */
final class Gpt2ShapeOptions {
  /** A prompt of two tokens, and two more. */
  private static final int FEWEST_POSITIONS = 4;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Measure a model of other sizes, instead of the usual cases: its blocks (4).")
  private @Nullable Integer layers;

  @Option(names = "--heads", paramLabel = "N", description = "Likewise: its heads (4).")
  private @Nullable Integer heads;

  @Option(names = "--width", paramLabel = "N", description = "Likewise: its width (128).")
  private @Nullable Integer width;

  @Option(
      names = "--positions",
      paramLabel = "N",
      description = "Likewise: its positions, which are the tokens of a text, too (64).")
  private @Nullable Integer positions;

  @Option(names = "--vocabulary", paramLabel = "N", description = "Likewise: its tokens (65).")
  private @Nullable Integer vocabulary;

  @Option(names = "--batch", paramLabel = "N", description = "Likewise: texts of a step (12).")
  private @Nullable Integer batch;

  @Option(names = "--steps", paramLabel = "N", description = "Likewise: steps of a turn (10).")
  private @Nullable Integer steps;

  /**
   * What is to be measured.
   *
   * @throws InputException for sizes that no model has
   */
  List<Gpt2Case> cases(int threads) {
    boolean usual =
        Stream.of(layers, heads, width, positions, vocabulary, batch, steps)
            .allMatch(Objects::isNull);
    if (usual) {
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

  private static int atLeast(int least, String option, @Nullable Integer given, int usual) {
    int value = given == null ? usual : given;
    if (value < least) {
      throw new InputException(option + " must be >= " + least + ": " + value);
    }
    return value;
  }
}

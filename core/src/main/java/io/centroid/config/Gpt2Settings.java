package io.centroid.config;

import io.centroid.nn.gpt2.Gpt2Config;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The keys of {@code model.gpt2}. Values that are not set come from {@code model.init-from} or from
 * the data's tokenizer.
 *
 * @param sizes sizes of the network; null means those of {@code model.init-from}
 * @param dropout dropout probability; empty means the default of the sizes
 */
public record Gpt2Settings(@Nullable Sizes sizes, OptionalDouble dropout)
    implements NetworkSettings {
  /** Vocabulary size that stands for the tokenizer's. */
  public static final int TOKENIZERS = 0;

  /** Sizes of a network and its default dropout, which is 0.1 for the published models. */
  public record Sizes(
      int layers, int heads, int width, int positions, int vocabulary, double defaultDropout) {}

  enum Size {
    CUSTOM,
    SMALL,
    MEDIUM,
    LARGE,
    XL,
    INIT
  }

  static Gpt2Settings read(Settings settings) {
    String dropout = settings.text("model.gpt2.dropout");
    return new Gpt2Settings(
        sizes(settings),
        dropout.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(
                settings.number(
                    "model.gpt2.dropout",
                    value -> value >= 0 && value < 1,
                    "from 0 to below 1, or empty")));
  }

  private static @Nullable Sizes sizes(Settings settings) {
    Size size = settings.choice("model.gpt2.size", Size.class);
    return switch (size) {
      case INIT -> {
        if (settings.text("model.init-from").isEmpty()) {
          throw settings.invalid(
              "model.init-from", "must name a model when model.gpt2.size is init", "\"\"");
        }
        yield null;
      }
      case CUSTOM -> custom(settings);
      case SMALL, MEDIUM, LARGE, XL -> {
        Gpt2Config config = Gpt2Config.Size.valueOf(size.name()).config();
        int vocabulary = settings.integer("model.gpt2.vocabulary", 0, Gpt2Config.MAX_SIZE);
        yield new Sizes(
            config.layers(),
            config.heads(),
            config.width(),
            config.positions(),
            vocabulary > 0 ? vocabulary : config.vocabulary(),
            config.dropout().residual());
      }
    };
  }

  private static Sizes custom(Settings settings) {
    int heads = settings.integer("model.gpt2.heads", 1, Gpt2Config.MAX_WIDTH);
    int width = settings.integer("model.gpt2.width", 1, Gpt2Config.MAX_WIDTH);
    if (width % heads != 0) {
      throw settings.invalid(
          "model.gpt2.width",
          String.format(Locale.ROOT, "must be a multiple of model.gpt2.heads, %d", heads),
          Integer.toString(width));
    }
    return new Sizes(
        settings.integer("model.gpt2.layers", 1, Gpt2Config.MAX_LAYERS),
        heads,
        width,
        settings.integer("model.gpt2.positions", 1, Gpt2Config.MAX_SIZE),
        settings.integer("model.gpt2.vocabulary", TOKENIZERS, Gpt2Config.MAX_SIZE),
        0);
  }
}

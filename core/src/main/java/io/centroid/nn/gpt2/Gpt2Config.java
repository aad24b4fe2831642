package io.centroid.nn.gpt2;

import io.centroid.error.InputException;
import java.io.Serializable;
import java.util.Locale;

/**
 * Hyperparameters of a GPT-2, as in Hugging Face's {@code config.json}.
 *
 * @param layers {@code n_layer}
 * @param heads {@code n_head}, which divides the width
 * @param width {@code n_embd}
 * @param positions {@code n_positions}: maximum sequence length in tokens
 * @param vocabulary {@code vocab_size}
 * @param mlpWidth {@code n_inner}: width of each MLP's hidden layer
 * @param dropout dropout probabilities, used only in training
 * @param epsilon {@code layer_norm_epsilon}
 */
public record Gpt2Config(
    int layers,
    int heads,
    int width,
    int positions,
    int vocabulary,
    int mlpWidth,
    Dropout dropout,
    float epsilon)
    implements Serializable {
  /**
   * Limits for values from files and configurations: far above any GPT-2, and low enough that no
   * product of two sizes overflows.
   */
  public static final int MAX_LAYERS = 10_000;

  public static final int MAX_WIDTH = 1 << 20;

  /** Limit for positions and vocabulary size. */
  public static final int MAX_SIZE = 1 << 24;

  /**
   * Dropout probabilities.
   *
   * @param embedding {@code embd_pdrop}, for the sum of token and position embeddings
   * @param attention {@code attn_pdrop}, for the attention probabilities
   * @param residual {@code resid_pdrop}, for the outputs of attention and MLP
   */
  public record Dropout(float embedding, float attention, float residual) implements Serializable {
    public static final Dropout NONE = new Dropout(0, 0, 0);

    public Dropout {
      for (float p : new float[] {embedding, attention, residual}) {
        if (!(p >= 0 && p < 1)) {
          throw new InputException("a dropout must be from 0 to below 1: " + p);
        }
      }
    }

    /** Equal probabilities at all sites. */
    public static Dropout of(float probability) {
      return new Dropout(probability, probability, probability);
    }
  }

  /** Published model sizes. */
  public enum Size {
    SMALL(12, 12, 768),
    MEDIUM(24, 16, 1024),
    LARGE(36, 20, 1280),
    XL(48, 25, 1600);

    private static final int POSITIONS = 1024;
    private static final int VOCABULARY = 50257;

    private final int layers;
    private final int heads;
    private final int width;

    Size(int layers, int heads, int width) {
      this.layers = layers;
      this.heads = heads;
      this.width = width;
    }

    /** Published configuration, with dropout 0.1. */
    public Gpt2Config config() {
      return new Gpt2Config(
          layers, heads, width, POSITIONS, VOCABULARY, 4 * width, Dropout.of(0.1f), 1e-5f);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Gpt2Config {
    for (int size : new int[] {layers, heads, width, positions, vocabulary, mlpWidth}) {
      if (size < 1) {
        throw new InputException("a GPT-2's sizes must be 1 or more: " + size);
      }
    }
    if (width % heads != 0) {
      throw new InputException(
          "a GPT-2's width must be a multiple of its heads: " + width + ", " + heads);
    }
    if (!(epsilon > 0)) {
      throw new InputException("layer_norm_epsilon must be above 0: " + epsilon);
    }
  }

  /** Width of an attention head. */
  public int headWidth() {
    return width / heads;
  }

  public Gpt2Config withDropout(Dropout other) {
    return new Gpt2Config(layers, heads, width, positions, vocabulary, mlpWidth, other, epsilon);
  }
}

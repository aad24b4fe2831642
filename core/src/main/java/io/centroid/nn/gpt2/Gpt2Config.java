package io.centroid.nn.gpt2;

import io.centroid.error.InputException;
import io.centroid.nn.kernels.MlpFunction;
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
 * @param variant what differs from the published GPT-2's formula
 */
public record Gpt2Config(
    int layers,
    int heads,
    int width,
    int positions,
    int vocabulary,
    int mlpWidth,
    Dropout dropout,
    float epsilon,
    Variant variant)
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

  /**
   * What GPT-2's relatives change of its formula.
   *
   * @param activation {@code activation_function} of the MLPs
   * @param scalesAttention {@code scale_attn_weights}: whether attention scores are divided by the
   *     square root of the head's width
   * @param scalesByLayer {@code scale_attn_by_inverse_layer_idx}: whether they are divided by the
   *     number of the layer too, counted from 1
   * @param tied {@code tie_word_embeddings}: whether the output layer of a language model is the
   *     token embedding
   */
  public record Variant(
      MlpFunction activation, boolean scalesAttention, boolean scalesByLayer, boolean tied)
      implements Serializable {
    /** The published GPT-2. */
    public static final Variant STANDARD = new Variant(MlpFunction.GELU_TANH, true, false, true);
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

  /** A GPT-2 with the published formula. */
  public Gpt2Config(
      int layers,
      int heads,
      int width,
      int positions,
      int vocabulary,
      int mlpWidth,
      Dropout dropout,
      float epsilon) {
    this(layers, heads, width, positions, vocabulary, mlpWidth, dropout, epsilon, Variant.STANDARD);
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

  /** Factor of the products of queries and keys in a layer, counted from 0. */
  public float attentionScale(int layer) {
    double scale = variant.scalesAttention ? 1 / Math.sqrt(headWidth()) : 1;
    return (float) (variant.scalesByLayer ? scale / (layer + 1) : scale);
  }

  public Gpt2Config withDropout(Dropout other) {
    return new Gpt2Config(
        layers, heads, width, positions, vocabulary, mlpWidth, other, epsilon, variant);
  }

  public Gpt2Config withVariant(Variant other) {
    return new Gpt2Config(
        layers, heads, width, positions, vocabulary, mlpWidth, dropout, epsilon, other);
  }
}

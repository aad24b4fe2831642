package io.centroid.generate.decoder;

import io.centroid.error.InputException;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.gpt2.Gpt2Weights.Norm;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.matrix.DecodingWeight;
import io.centroid.nn.matrix.OneDnn;
import io.centroid.nn.matrix.PackedWeight;
import io.centroid.nn.matrix.WeightFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a GPT-2 as its decoders read them, for teams of a number of threads. Weights of
 * layers and of the output are used in place or packed; embeddings, layer norms and biases are
 * always the model's floats, which the caller frees. Decoders share them.
 */
public final class DecoderWeights implements Decoders {
  private final Gpt2Config config;
  private final int threads;
  private final FloatVector tokens;
  private final FloatVector positions;
  private final Norm norm;
  private final List<Block> blocks = new ArrayList<>();
  private final List<DecodingWeight> owned = new ArrayList<>();
  private final DecodingWeight output;

  /** A dense layer: its weight, and its bias of shape (outputs). */
  record Layer(DecodingWeight weight, FloatVector bias) {}

  /** A transformer block; see {@link Gpt2Weights.Block}. */
  record Block(
      Norm norm1, Layer qkv, Layer attentionProjection, Norm norm2, Layer hidden, Layer output) {}

  /**
   * Prepares the weights.
   *
   * @param format {@link WeightFormat#FLOAT32} uses the weights in place; other formats pack them,
   *     and close the vector of each weight that has been packed and is not needed any more
   * @param threads number of threads of the decoders
   * @throws InputException if products in that format cannot be computed here
   */
  public DecoderWeights(Gpt2Config config, Gpt2Weights weights, WeightFormat format, int threads) {
    requirePossible(format, threads);
    this.config = config;
    this.threads = threads;
    this.tokens = weights.tokens();
    this.positions = weights.positions();
    this.norm = weights.norm();
    int width = config.width();
    int mlpWidth = config.mlpWidth();
    try {
      for (Gpt2Weights.Block block : weights.blocks()) {
        blocks.add(
            new Block(
                block.norm1(),
                layer(format, block.qkv(), width, 3 * width),
                layer(format, block.attentionProjection(), width, width),
                block.norm2(),
                layer(format, block.hidden(), width, mlpWidth),
                layer(format, block.output(), mlpWidth, width)));
      }
      output = weight(format, weights.output(), width, config.vocabulary(), true);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Checks what the constructor needs, before a model is opened.
   *
   * @throws InputException if products in that format cannot be computed here, or there is no
   *     thread
   */
  public static void requirePossible(WeightFormat format, int threads) {
    if (threads < 1) {
      throw new InputException("generation threads must be >= 1: " + threads);
    }
    OneDnn.require(format, "--weights " + format.spelling());
  }

  private Layer layer(WeightFormat format, Gpt2Weights.Dense dense, int inputs, int outputs) {
    return new Layer(weight(format, dense.weight(), inputs, outputs, false), dense.bias());
  }

  private DecodingWeight weight(
      WeightFormat format, FloatVector vector, int inputs, int outputs, boolean transposed) {
    DecodingWeight.Floats floats = new DecodingWeight.Floats(vector, inputs, outputs, transposed);
    if (format == WeightFormat.FLOAT32) {
      return floats;
    }
    DecodingWeight packed = PackedWeight.pack(format, floats, threads);
    owned.add(packed);
    if (vector != tokens) {
      vector.close();
    }
    return packed;
  }

  @Override
  public Gpt2Decoder decoder() {
    return new Gpt2Decoder(config, this);
  }

  /** Number of threads of the decoders. */
  public int threads() {
    return threads;
  }

  FloatVector tokens() {
    return tokens;
  }

  FloatVector positions() {
    return positions;
  }

  List<Block> blocks() {
    return blocks;
  }

  Norm norm() {
    return norm;
  }

  DecodingWeight output() {
    return output;
  }

  /** Frees packed weights. */
  @Override
  public void close() {
    owned.forEach(DecodingWeight::close);
  }
}

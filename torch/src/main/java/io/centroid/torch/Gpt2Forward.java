package io.centroid.torch;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.MlpFunction;
import io.centroid.torch.DropoutMasks.Site;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * GPT-2's forward pass in parts (Radford et al., "Language models are unsupervised multitask
 * learners", 2019; tensors as in Hugging Face's GPT2LMHeadModel). Hidden states have the shape
 * (texts, length, width).
 */
final class Gpt2Forward implements AutoCloseable {
  private final Gpt2Config config;
  private final Device device;
  private final boolean bfloat16;
  private final Function<String, Tensor> weights;
  private final Generator generator;

  /**
   * Creates the forward pass.
   *
   * @param bfloat16 whether products are computed in bfloat16, by autocast
   * @param weights the tensors by their names
   */
  Gpt2Forward(
      Gpt2Config config, Device device, boolean bfloat16, Function<String, Tensor> weights) {
    this.config = config;
    this.device = device;
    this.bfloat16 = bfloat16;
    this.weights = weights;
    // A GPU has one task at a time, a CPU many.
    this.generator =
        device.is_cuda()
            ? new Generator(torch.globalContext().defaultGenerator(device).getIntrusivePtr())
            : torch.createCPUGenerator();
  }

  /** Type of queries, keys and values. */
  ScalarType attentionType() {
    return bfloat16 && device.is_cuda() ? ScalarType.BFloat16 : ScalarType.Float;
  }

  /** Name of the output layer's tensor of a language model. */
  String languageOutput() {
    return config.variant().tied() ? Gpt2Layout.TOKENS : Gpt2Layout.OUTPUT;
  }

  Generator generator() {
    return generator;
  }

  /** Embeddings of token ids of shape (texts, length). */
  Tensor embed(Tensor tokens, DropoutMasks masks) {
    return Tensors.scoped(
        () -> {
          Tensor positions = weights.apply(Gpt2Layout.POSITIONS).narrow(0, 0, tokens.size(1));
          Tensor sum = torch.embedding(weights.apply(Gpt2Layout.TOKENS), tokens).add(positions);
          return masks.apply(sum, Site.EMBEDDING, 0);
        });
  }

  /** Embeddings of token ids of shape (texts, length) at positions of shape (length). */
  Tensor embed(Tensor tokens, Tensor positions) {
    return Tensors.scoped(
        () ->
            torch
                .embedding(weights.apply(Gpt2Layout.POSITIONS), positions)
                .add(torch.embedding(weights.apply(Gpt2Layout.TOKENS), tokens)));
  }

  /** Output of a transformer block. */
  Tensor block(int layer, Tensor x, DropoutMasks masks) {
    return block(
        layer, x, masks, (query, key, value) -> attention(layer, query, key, value, masks));
  }

  /** Attention of queries to keys and values, each of shape (texts, heads, length, head width). */
  interface Attention {
    Tensor apply(Tensor query, Tensor key, Tensor value);
  }

  /** Output of a transformer block with another attention. */
  Tensor block(int layer, Tensor x, DropoutMasks masks, Attention attention) {
    String block = "transformer.h." + layer + ".";
    return autocast(
        () -> {
          Tensor between =
              Tensors.scoped(
                  () -> {
                    Tensor attended = attended(block, x, attention);
                    return x.add(masks.apply(attended, Site.AFTER_ATTENTION, layer));
                  });
          return Tensors.scoped(
              () -> between.add(masks.apply(mlp(block, between), Site.AFTER_MLP, layer)));
        });
  }

  private Tensor attended(String block, Tensor x, Attention attention) {
    long texts = x.size(0);
    long length = x.size(1);
    int heads = config.heads();
    int headWidth = config.headWidth();
    Tensor qkv =
        dense(block + "attn.c_attn", norm(block + "ln_1", x))
            .view(texts, length, 3, heads, headWidth)
            .permute(2, 0, 3, 1, 4);
    Tensor outputs = attention.apply(qkv.select(0, 0), qkv.select(0, 1), qkv.select(0, 2));
    return dense(
        block + "attn.c_proj", outputs.transpose(1, 2).reshape(texts, length, config.width()));
  }

  private Tensor attention(int layer, Tensor query, Tensor key, Tensor value, DropoutMasks masks) {
    float dropout = masks.probability(Site.ATTENTION);
    if (dropout > 0) {
      if (!device.is_cuda()) {
        return dropped(layer, query, key, value, masks);
      }
      masks.prepare(Site.ATTENTION, layer);
    }
    return attend(layer, query, key, value, new TensorOptional(), dropout, true);
  }

  /**
   * Scaled dot-product attention. LibTorch's kernel for CPUs multiplies bfloat16 by a plain loop,
   * which takes longer than the rest of a step: it computes in float32 there.
   *
   * @param mask which keys each query sees; none: all
   * @param causal whether each query sees the keys up to its own position only
   */
  Tensor attend(
      int layer,
      Tensor query,
      Tensor key,
      Tensor value,
      TensorOptional mask,
      double dropout,
      boolean causal) {
    ScalarType type = attentionType();
    return autocast(
        bfloat16 && device.is_cuda(),
        () ->
            torch.scaled_dot_product_attention(
                query.to(type),
                key.to(type),
                value.to(type),
                mask,
                dropout,
                causal,
                new DoubleOptional(config.attentionScale(layer)),
                false));
  }

  /** Attention with masks of this network's own generator: LibTorch's CPU one is shared. */
  private Tensor dropped(int layer, Tensor query, Tensor key, Tensor value, DropoutMasks masks) {
    long length = query.size(2);
    Tensor future =
        torch.ones(new long[] {length, length}, Tensors.options(ScalarType.Bool, device)).triu(1);
    Tensor scores =
        torch
            .matmul(query, key.transpose(2, 3))
            .mul(Tensors.scalar(config.attentionScale(layer)))
            .masked_fill(future, Tensors.scalar(Double.NEGATIVE_INFINITY));
    Tensor shares = masks.apply(torch.softmax(scores, 3), Site.ATTENTION, layer);
    return torch.matmul(shares, value);
  }

  private Tensor mlp(String block, Tensor x) {
    Tensor hidden = dense(block + "mlp.c_fc", norm(block + "ln_2", x));
    return dense(block + "mlp.c_proj", activated(hidden, config.variant().activation()));
  }

  private static Tensor activated(Tensor x, MlpFunction function) {
    return switch (function) {
      case GELU_TANH -> torch.gelu(x, "tanh");
      case GELU_ERF -> torch.gelu(x);
      case GELU_SIGMOID -> x.mul(torch.sigmoid(x.mul(Tensors.scalar(1.702))));
      case SILU -> torch.silu(x);
      case RELU -> torch.relu(x);
      case TANH -> torch.tanh(x);
      case SIGMOID -> torch.sigmoid(x);
      case IDENTITY -> x;
    };
  }

  /** The final layer norm, shape (texts * length, width). */
  Tensor normed(Tensor x) {
    return Tensors.scoped(() -> norm("transformer.ln_f", x).view(-1, config.width()));
  }

  /**
   * Logits of rows of shape (rows, width).
   *
   * @param output name of the output layer's tensor, shape (outputs, width)
   */
  Tensor logits(Tensor rows, String output) {
    return autocast(() -> Tensors.scoped(() -> torch.matmul(rows, weights.apply(output).t())));
  }

  private Tensor norm(String name, Tensor x) {
    return torch.layer_norm(
        x,
        new long[] {config.width()},
        new TensorOptional(weights.apply(name + ".weight")),
        new TensorOptional(weights.apply(name + ".bias")),
        config.epsilon(),
        true);
  }

  /** x * weight + bias, with the weight of shape (inputs, outputs). */
  private Tensor dense(String name, Tensor x) {
    Tensor weight = weights.apply(name + ".weight");
    long outputs = weight.size(1);
    Tensor rows = x.reshape(-1, weight.size(0));
    return torch
        .addmm(weights.apply(name + ".bias"), rows, weight)
        .view(x.size(0), x.size(1), outputs);
  }

  private <T> T autocast(Supplier<T> body) {
    return autocast(bfloat16, body);
  }

  private <T> T autocast(boolean enabled, Supplier<T> body) {
    torch.DeviceType type = device.type();
    boolean before = torch.is_autocast_enabled(type);
    if (enabled == before) {
      return body.get();
    }
    torch.set_autocast_dtype(type, ScalarType.BFloat16);
    // The cache would hold converted weights after the optimizer has changed the originals.
    torch.set_autocast_cache_enabled(false);
    torch.set_autocast_enabled(type, enabled);
    try {
      return body.get();
    } finally {
      torch.set_autocast_enabled(type, before);
    }
  }

  @Override
  public void close() {
    generator.close();
  }
}

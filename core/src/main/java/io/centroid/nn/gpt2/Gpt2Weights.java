package io.centroid.nn.gpt2;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a GPT-2, or their gradients: slices of a flat vector or of a memory-mapped file.
 *
 * @param output weight of a language model's output layer, shape (vocabulary, width); {@code
 *     tokens} if it is tied
 * @param score weight of a classifier's output layer, shape (classes, width); null for a language
 *     model
 */
public record Gpt2Weights(
    FloatVector tokens,
    FloatVector positions,
    List<Block> blocks,
    Norm norm,
    FloatVector output,
    @Nullable FloatVector score) {

  /** Scale and shift of a layer norm, shape (width) each. */
  public record Norm(FloatVector weight, FloatVector bias) {}

  /** A dense layer: weight of shape (inputs, outputs), bias of shape (outputs). */
  public record Dense(FloatVector weight, FloatVector bias) {}

  /**
   * A transformer block.
   *
   * @param qkv layer {@code attn.c_attn} for queries, keys and values
   * @param attentionProjection layer {@code attn.c_proj}
   * @param hidden layer {@code mlp.c_fc}
   * @param output layer {@code mlp.c_proj}
   */
  public record Block(
      Norm norm1, Dense qkv, Dense attentionProjection, Norm norm2, Dense hidden, Dense output) {}

  /** Slices a flat vector. */
  public static Gpt2Weights of(Gpt2Config config, ParameterLayout layout, FloatVector vector) {
    Map<String, FloatVector> tensors = new HashMap<>();
    for (ParameterLayout.Entry entry : layout.entries()) {
      tensors.put(entry.name(), vector.slice(entry.offset(), entry.size()));
    }
    return of(config, tensors);
  }

  /**
   * Finds the tensors by name.
   *
   * @throws IllegalArgumentException if a tensor is missing
   */
  public static Gpt2Weights of(Gpt2Config config, Map<String, FloatVector> tensors) {
    Finder find = new Finder(tensors);
    List<Block> blocks = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      String block = Gpt2Layout.block(layer);
      blocks.add(
          new Block(
              find.norm(block + "ln_1"),
              find.dense(block + "attn.c_attn"),
              find.dense(block + "attn.c_proj"),
              find.norm(block + "ln_2"),
              find.dense(block + "mlp.c_fc"),
              find.dense(block + "mlp.c_proj")));
    }
    FloatVector tokens = find.tensor(Gpt2Layout.TOKENS);
    return new Gpt2Weights(
        tokens,
        find.tensor(Gpt2Layout.POSITIONS),
        List.copyOf(blocks),
        find.norm("transformer.ln_f"),
        tensors.getOrDefault(Gpt2Layout.OUTPUT, tokens),
        tensors.get(Gpt2Layout.SCORE));
  }

  private record Finder(Map<String, FloatVector> tensors) {
    FloatVector tensor(String name) {
      FloatVector found = tensors.get(name);
      if (found == null) {
        throw new IllegalArgumentException("missing tensor " + name);
      }
      return found;
    }

    Norm norm(String name) {
      return new Norm(tensor(name + ".weight"), tensor(name + ".bias"));
    }

    Dense dense(String name) {
      return new Dense(tensor(name + ".weight"), tensor(name + ".bias"));
    }
  }
}

package io.centroid.nn.gpt2;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a GPT-2, or their gradients, each where it lies: pieces of one flat vector, or of
 * a mapped file.
 *
 * @param score of a classifier's output layer, (classes, width)
 */
public record Gpt2Weights(
    FloatVector tokens,
    FloatVector positions,
    List<Block> blocks,
    Norm norm,
    @Nullable FloatVector score) {

  /** Scale and shift of a normalization, (width) each. */
  public record Norm(FloatVector weight, FloatVector bias) {}

  /** A dense layer: weight (inputs, outputs), bias (outputs). */
  public record Dense(FloatVector weight, FloatVector bias) {}

  /**
   * One block.
   *
   * @param queries the layer that gives queries, keys and values, side by side
   */
  public record Block(
      Norm norm1, Dense queries, Dense mixing, Norm norm2, Dense hidden, Dense output) {}

  /** Pieces of a flat vector. */
  public static Gpt2Weights of(Gpt2Config config, ParameterLayout layout, FloatVector vector) {
    Map<String, FloatVector> tensors = new HashMap<>();
    for (ParameterLayout.Entry entry : layout.entries()) {
      tensors.put(entry.name(), vector.slice(entry.offset(), entry.size()));
    }
    return of(config, tensors);
  }

  /** Tensors by name; all that the configuration asks for must be there. */
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
    return new Gpt2Weights(
        find.tensor(Gpt2Layout.TOKENS),
        find.tensor(Gpt2Layout.POSITIONS),
        List.copyOf(blocks),
        find.norm("transformer.ln_f"),
        tensors.get(Gpt2Layout.SCORE));
  }

  private record Finder(Map<String, FloatVector> tensors) {
    FloatVector tensor(String name) {
      FloatVector found = tensors.get(name);
      if (found == null) {
        throw new IllegalArgumentException("there is no tensor " + name);
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

package io.centroid.nn.gpt2;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of Hugging Face's GPT2LMHeadModel in a flat vector: its names, its shapes, and its
 * Conv1D weights, which are (inputs, outputs). The output layer shares {@link #TOKENS}. Weight
 * decay reaches matrices, embeddings included, and spares vectors, as in nanoGPT.
 */
public final class Gpt2Layout {
  /** The token embedding, (vocabulary, width). */
  public static final String TOKENS = "transformer.wte.weight";

  /** The position embedding, (positions, width). */
  public static final String POSITIONS = "transformer.wpe.weight";

  /** A classifier's output layer, (classes, width), as in GPT2ForSequenceClassification. */
  public static final String SCORE = "score.weight";

  private Gpt2Layout() {}

  /** The layout of a language model: embeddings, blocks, final normalization. */
  public static ParameterLayout of(Gpt2Config config) {
    return of(config, 0);
  }

  /** The layout of a classifier of texts; with 0 classes, of a language model. */
  public static ParameterLayout of(Gpt2Config config, int classes) {
    Builder builder = new Builder();
    builder.languageModel(config);
    if (classes > 0) {
      builder.add(SCORE, classes, config.width());
    }
    return new ParameterLayout(builder.entries);
  }

  /** Prefix of the tensors of one block. */
  static String block(int layer) {
    return "transformer.h." + layer + ".";
  }

  private static final class Builder {
    private final List<Entry> entries = new ArrayList<>();
    private long next;

    void languageModel(Gpt2Config config) {
      long width = config.width();
      add(TOKENS, config.vocabulary(), width);
      add(POSITIONS, config.positions(), width);
      for (int layer = 0; layer < config.layers(); layer++) {
        String block = block(layer);
        norm(block + "ln_1", width);
        dense(block + "attn.c_attn", width, 3 * width);
        dense(block + "attn.c_proj", width, width);
        norm(block + "ln_2", width);
        dense(block + "mlp.c_fc", width, config.inner());
        dense(block + "mlp.c_proj", config.inner(), width);
      }
      norm("transformer.ln_f", width);
    }

    private void norm(String name, long width) {
      entry(name + ".weight", List.of(width), Role.BIAS);
      entry(name + ".bias", List.of(width), Role.BIAS);
    }

    private void dense(String name, long inputs, long outputs) {
      add(name + ".weight", inputs, outputs);
      entry(name + ".bias", List.of(outputs), Role.BIAS);
    }

    private void add(String name, long rows, long columns) {
      entry(name, List.of(rows, columns), Role.WEIGHT);
    }

    private void entry(String name, List<Long> shape, Role role) {
      Entry entry = new Entry(name, shape, next, role);
      entries.add(entry);
      next += entry.size();
    }
  }
}

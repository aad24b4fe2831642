package io.centroid.nn.gpt2;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Parameter layout of GPT-2 with the tensor names and shapes of Hugging Face's GPT2LMHeadModel;
 * Conv1D weights are (inputs, outputs). The output layer is tied to {@link #TOKENS}, unless the
 * configuration says otherwise. Weight decay applies to matrices, embeddings included, and not to
 * vectors, as in nanoGPT.
 */
public final class Gpt2Layout {
  /** Token embedding, shape (vocabulary, width). */
  public static final String TOKENS = "transformer.wte.weight";

  /** Position embedding, shape (positions, width). */
  public static final String POSITIONS = "transformer.wpe.weight";

  /** Output layer of a language model that is not tied, shape (vocabulary, width). */
  public static final String OUTPUT = "lm_head.weight";

  /** Classifier's output layer, shape (classes, width), as in GPT2ForSequenceClassification. */
  public static final String SCORE = "score.weight";

  private Gpt2Layout() {}

  /** Layout of a language model: the transformer, and the output layer if it is not tied. */
  public static ParameterLayout of(Gpt2Config config) {
    return of(config, 0);
  }

  /** Layout of a text classifier; of a language model if {@code classes} is 0. */
  public static ParameterLayout of(Gpt2Config config, int classes) {
    Builder builder = new Builder();
    builder.transformer(config);
    if (classes > 0) {
      builder.add(SCORE, classes, config.width());
    } else if (!config.variant().tied()) {
      builder.add(OUTPUT, config.vocabulary(), config.width());
    }
    return new ParameterLayout(builder.entries);
  }

  /** Number of parameters without an output layer: they come first in every layout. */
  public static long transformerParameters(Gpt2Config config) {
    Builder builder = new Builder();
    builder.transformer(config);
    return builder.next;
  }

  /** Prefix of a block's tensor names. */
  static String block(int layer) {
    return "transformer.h." + layer + ".";
  }

  private static final class Builder {
    private final List<Entry> entries = new ArrayList<>();
    private long next;

    void transformer(Gpt2Config config) {
      long width = config.width();
      add(TOKENS, config.vocabulary(), width);
      add(POSITIONS, config.positions(), width);
      for (int layer = 0; layer < config.layers(); layer++) {
        String block = block(layer);
        norm(block + "ln_1", width);
        dense(block + "attn.c_attn", width, 3 * width);
        dense(block + "attn.c_proj", width, width);
        norm(block + "ln_2", width);
        dense(block + "mlp.c_fc", width, config.mlpWidth());
        dense(block + "mlp.c_proj", config.mlpWidth(), width);
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

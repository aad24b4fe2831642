package io.centroid.nn.gpt2;

import io.centroid.InputException;
import java.io.Serializable;

/**
 * How a GPT-2 is computed: speed and memory, and the last bits of the result.
 *
 * @param threads that share the rows of a batch
 * @param rows of a batch that are computed at once; more are taken in turn and their gradients
 *     added (gradient accumulation). 0: all
 * @param recomputes whether the backward pass computes each block's activations again, instead of
 *     keeping those of all blocks (Chen et al., "Training deep nets with sublinear memory cost",
 *     2016)
 */
public record Gpt2Execution(int threads, int rows, boolean recomputes) implements Serializable {
  public static final Gpt2Execution USUAL = new Gpt2Execution(1, 0, false);

  public Gpt2Execution {
    if (threads < 1 || rows < 0) {
      throw new InputException(
          "a GPT-2 needs 1 thread or more, and 0 rows or more at once: " + threads + ", " + rows);
    }
  }
}

package io.centroid.nn.gpt2;

import io.centroid.error.InputException;
import io.centroid.nn.matrix.Precision;
import java.io.Serializable;

/**
 * Execution options of a GPT-2. They affect speed, memory and rounding.
 *
 * @param threads number of threads that share a batch
 * @param rows micro-batch size: a larger batch is processed in micro-batches whose gradients are
 *     added (gradient accumulation); 0: the whole batch at once
 * @param recomputes activation checkpointing: the backward pass recomputes each block's activations
 *     instead of storing those of all blocks (Chen et al., "Training deep nets with sublinear
 *     memory cost", 2016)
 * @param precision precision of the factors of the products with weights, in forward and backward
 *     passes
 */
public record Gpt2Execution(int threads, int rows, boolean recomputes, Precision precision)
    implements Serializable {
  public static final Gpt2Execution DEFAULT = new Gpt2Execution(1, 0, false, Precision.FLOAT32);

  public Gpt2Execution {
    if (threads < 1 || rows < 0) {
      throw new InputException(
          "GPT-2 execution needs threads >= 1 and rows >= 0: " + threads + ", " + rows);
    }
  }
}

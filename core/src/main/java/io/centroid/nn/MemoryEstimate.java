package io.centroid.nn;

import io.centroid.nn.gpt2.Gpt2Config;
import java.util.Locale;
import java.util.Optional;

/**
 * An estimate of the memory that one worker's training takes on its device, in bytes. An upper
 * bound of what is allocated at once by float32 tensors; libraries round allocations up.
 *
 * @param parameters the parameters
 * @param gradients their gradients
 * @param moments the state vectors of the inner optimizer, and what its step computes in addition
 * @param activations activations of a batch (or micro-batch), and their gradients
 */
public record MemoryEstimate(long parameters, long gradients, long moments, long activations) {
  /** Allowance for the CUDA context, and the workspaces of cuBLAS and cuDNN. */
  static final long LIBRARIES = 768L << 20;

  /**
   * Floats per token and unit of width that the backward pass of a block needs: two normalized
   * streams, queries, keys and values, the attention's output and its projection, two residual
   * sums, and the projection of the MLP.
   */
  private static final long BLOCK_WIDTHS = 10;

  /** The same for dropout: the masks after attention and MLP, and what they are applied to. */
  private static final long DROPOUT_WIDTHS = 4;

  /** Maximum number of logits that an engine computes at once. */
  public static final long LOGITS_AT_ONCE = 1L << 26;

  /** Logits, their logarithms of probabilities and their gradients. */
  private static final long LOGITS = 3;

  /**
   * Estimates a network's training.
   *
   * @param moments number of state vectors of the inner optimizer, each as long as the parameters
   * @param batchSize number of examples of a local step
   * @return empty if the network is neither dense nor a GPT-2
   */
  public static Optional<MemoryEstimate> of(NetworkSpec network, int moments, int batchSize) {
    long activations;
    if (network.architecture() instanceof Architecture.Mlp mlp) {
      long widths = network.outputs() + mlp.hidden().stream().mapToLong(width -> width).sum();
      // Each layer's output before and after its activation function, and the gradients of both.
      activations = batchSize * (network.input().size() + 4 * widths);
    } else if (network.architecture() instanceof Architecture.Gpt2 gpt2) {
      int rows = gpt2.execution().rows();
      long examples = rows == 0 ? batchSize : Math.min(rows, batchSize);
      activations = gpt2(network, gpt2, examples);
    } else {
      return Optional.empty();
    }
    long vector = Float.BYTES * network.layout().parameterCount();
    return Optional.of(
        new MemoryEstimate(
            vector, vector, stateVectors(moments) * vector, Float.BYTES * activations));
  }

  /** AdamW's step computes its denominators in a vector of their own. */
  private static int stateVectors(int moments) {
    return moments > 1 ? moments + 1 : moments;
  }

  /** Floats of the activations of a GPT-2. */
  private static long gpt2(NetworkSpec network, Architecture.Gpt2 gpt2, long examples) {
    Gpt2Config config = gpt2.config();
    long length = network.input().size();
    long tokens = examples * length;
    long hidden = 2L * config.mlpWidth();
    long widths = BLOCK_WIDTHS + (config.dropout().residual() > 0 ? DROPOUT_WIDTHS : 0);
    // Attention recomputes its probabilities, so that none are kept (Dao et al., "FlashAttention",
    // 2022).
    long block = tokens * (widths * config.width() + hidden);
    long streams = tokens * config.width() * (config.layers() + 2L);
    // The backward pass has the gradients of one block in memory at a time.
    long blocks = (gpt2.execution().recomputes() ? 2 : config.layers() + 1L) * block;
    long logits =
        gpt2.classifies() ? examples * network.outputs() : tokens * (long) config.vocabulary();
    return streams + blocks + LOGITS * Math.min(logits, LOGITS_AT_ONCE);
  }

  /** Memory that a GPU must have free, with the libraries' own. */
  public long onGpu() {
    return parameters + gradients + moments + activations + LIBRARIES;
  }

  /** The sum and its parts, for the log. */
  public String description() {
    return String.format(
        Locale.ROOT,
        "a worker needs about %s on its GPU: parameters %s, gradients %s, optimizer %s, activations"
            + " %s, libraries %s",
        mebibytes(onGpu()),
        mebibytes(parameters),
        mebibytes(gradients),
        mebibytes(moments),
        mebibytes(activations),
        mebibytes(LIBRARIES));
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", (bytes + (1 << 20) - 1) >> 20);
  }
}

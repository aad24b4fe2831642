package io.centroid.bench.gpu.peak;

/**
 * Floating-point operations of a transformer's training step (Chowdhery et al., "PaLM: scaling
 * language modeling with pathways", 2022, appendix B): forward and backward pass of every parameter
 * and of attention, without recomputation and without the optimizer.
 */
public final class TransformerFlop {
  private TransformerFlop() {}

  /**
   * Floating-point operations per token.
   *
   * @param parameters number of parameters; a tied output layer counts once
   * @param block tokens per text
   */
  public static double perToken(long parameters, int layers, int width, int block) {
    return 6.0 * parameters + 12.0 * layers * width * block;
  }
}

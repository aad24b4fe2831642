package io.centroid.kernels;

/**
 * What a transformer is made of beside {@link Kernels} and {@link Products}, on the CPU, with one
 * thread's working space.
 */
public record SequenceKernels(RowKernels rows, LayerNorm norm, Softmax softmax) {
  public SequenceKernels() {
    this(new RowKernels(), new LayerNorm(), new Softmax());
  }
}

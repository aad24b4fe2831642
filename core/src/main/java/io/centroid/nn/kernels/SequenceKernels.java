package io.centroid.nn.kernels;

/** What a transformer is made of beside {@link Products}, with one thread's working space. */
public record SequenceKernels(RowKernels rows, LayerNorm norm, Softmax softmax) {
  public SequenceKernels() {
    this(new RowKernels(), new LayerNorm(), new Softmax());
  }
}

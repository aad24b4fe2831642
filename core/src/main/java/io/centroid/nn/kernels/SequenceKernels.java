package io.centroid.nn.kernels;

/** Kernels of a transformer in addition to {@link Products}, with one thread's scratch buffers. */
public record SequenceKernels(RowKernels rows, LayerNorm norm, Softmax softmax) {
  public SequenceKernels() {
    this(new RowKernels(), new LayerNorm(), new Softmax());
  }
}

package io.centroid.nn.matrix;

import io.centroid.nn.kernels.FloatVector;

/** The weight matrix of a decoder's layer, which threads share. */
public sealed interface DecodingWeight extends AutoCloseable
    permits DecodingWeight.Floats, PackedWeight {

  int inputs();

  int outputs();

  @Override
  void close();

  /**
   * A float32 weight, used in place.
   *
   * @param transposed false: shape (inputs, outputs); true: shape (outputs, inputs)
   */
  record Floats(FloatVector vector, int inputs, int outputs, boolean transposed)
      implements DecodingWeight {
    /** The vector belongs to the model. */
    @Override
    public void close() {}
  }
}

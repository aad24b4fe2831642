package io.centroid.explain;

import java.io.IOException;

/** A model whose outputs can be differentiated with respect to its features. */
public interface GradientFunction extends ModelFunction {

  /**
   * The derivatives of one output.
   *
   * @param rows features, shape (rows, features)
   * @param output index of the output
   * @return derivatives at each row, shape (rows, features)
   */
  float[][] gradients(float[][] rows, int output) throws IOException;
}

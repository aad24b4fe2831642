package io.centroid.explain;

import java.io.IOException;

/** A model as a function of rows of features. */
public interface ModelFunction {

  /**
   * The model's outputs, such as class probabilities.
   *
   * @param rows features, shape (rows, features)
   * @return outputs, shape (rows, outputs)
   */
  double[][] apply(float[][] rows) throws IOException;
}

package io.centroid.explain;

import java.io.IOException;
import java.util.List;

/** A model as a function of texts. */
public interface TextFunction {

  /**
   * The model's outputs, such as class probabilities.
   *
   * @return outputs, shape (texts, outputs)
   */
  double[][] apply(List<String> texts) throws IOException;
}

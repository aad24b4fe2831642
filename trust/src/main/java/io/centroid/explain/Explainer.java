package io.centroid.explain;

import java.io.IOException;
import java.util.List;

/**
 * A method that explains a prediction of any model from outputs alone. Results depend only on the
 * function, the settings and the seed.
 */
public sealed interface Explainer permits ExactShapley, KernelShap, Lime {

  /**
   * Explains the outputs for the input.
   *
   * @return attribution of each output, in their order
   */
  List<Attribution> explain(ValueFunction function) throws IOException;
}

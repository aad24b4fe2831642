package io.centroid.explain;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * The outputs of a model for one input of which only some features are known: the value function of
 * a cooperative game whose players are the features.
 */
public interface ValueFunction {

  /** Number of features. */
  int features();

  /**
   * Outputs of each coalition of known features, shape (coalitions, outputs). A coalition's outputs
   * do not depend on the others.
   */
  double[][] values(List<BitSet> coalitions) throws IOException;

  /** The features that can change the value; each other one contributes 0. */
  default BitSet varying() {
    BitSet all = new BitSet();
    all.set(0, features());
    return all;
  }
}

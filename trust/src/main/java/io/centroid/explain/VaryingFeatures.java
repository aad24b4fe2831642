package io.centroid.explain;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/** A value function restricted to the features that can change it. */
final class VaryingFeatures implements ValueFunction {
  private final ValueFunction all;
  private final int[] indices;

  VaryingFeatures(ValueFunction all) {
    this.all = all;
    this.indices = all.varying().stream().toArray();
  }

  @Override
  public int features() {
    return indices.length;
  }

  @Override
  public double[][] values(List<BitSet> coalitions) throws IOException {
    return all.values(coalitions.stream().map(this::amongAll).toList());
  }

  private BitSet amongAll(BitSet coalition) {
    BitSet known = new BitSet(all.features());
    coalition.stream().forEach(feature -> known.set(indices[feature]));
    return known;
  }

  /** An attribution to all features, in which the others contribute 0. */
  Attribution toAll(Attribution found) {
    double[] contributions = new double[all.features()];
    for (int i = 0; i < indices.length; i++) {
      contributions[indices[i]] = found.contributions()[i];
    }
    return new Attribution(found.base(), found.value(), contributions, found.error(), found.r2());
  }
}

package io.centroid.averaging;

import java.util.List;

/**
 * SGD with momentum and the pseudo-gradient g = -delta, in PyTorch's form: v = momentum * v + g; p
 * -= learningRate * v, or for Nesterov's variant, the outer step of DiLoCo (Douillard et al., arXiv
 * 2311.08105), p -= learningRate * (g + momentum * v).
 */
record MomentumOuterStep(float learningRate, float momentum, boolean nesterov)
    implements OuterStep {

  @Override
  public String name() {
    return nesterov ? "nesterov" : "momentum";
  }

  @Override
  public List<String> stateNames() {
    return List.of("momentum");
  }

  @Override
  public Moved step(
      long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state) {
    int length = parameters.length;
    float[] before = state.isEmpty() ? new float[length] : state.get(0);
    float[] velocity = new float[length];
    float[] moved = new float[length];
    for (int i = 0; i < length; i++) {
      float gradient = -meanDelta[i];
      float v = momentum * before[i] + gradient;
      velocity[i] = v;
      moved[i] = parameters[i] - learningRate * (nesterov ? gradient + momentum * v : v);
    }
    return new Moved(moved, List.of(velocity));
  }
}

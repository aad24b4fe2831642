package io.centroid.averaging;

import java.util.List;

/**
 * SGD with the pseudo-gradient -delta: adds {@code learningRate} times the mean delta (Reddi et
 * al., "Adaptive federated optimization", ICLR 2021). A learning rate of 1 is plain averaging.
 */
record SgdOuterStep(float learningRate) implements OuterStep {

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public List<String> stateNames() {
    return List.of();
  }

  @Override
  public Moved step(
      long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state) {
    float[] moved = new float[parameters.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = parameters[i] + learningRate * meanDelta[i];
    }
    return new Moved(moved, List.of());
  }
}

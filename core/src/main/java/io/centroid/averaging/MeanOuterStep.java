package io.centroid.averaging;

import java.util.List;

/**
 * Plain parameter averaging: the new parameters are the mean of the workers' parameters (McMahan et
 * al., "FedAvg", AISTATS 2017).
 */
public record MeanOuterStep() implements OuterStep {

  @Override
  public String name() {
    return "mean";
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
      moved[i] = parameters[i] + meanDelta[i];
    }
    return new Moved(moved, List.of());
  }
}

package io.centroid.averaging;

import java.util.List;

/**
 * Adam with the pseudo-gradient -delta: FedAdam (Reddi et al., "Adaptive federated optimization",
 * ICLR 2021) with the bias correction of Kingma and Ba, "Adam" (ICLR 2015). Each round is one step.
 */
record AdamOuterStep(double learningRate, float beta1, float beta2, float epsilon)
    implements OuterStep {

  @Override
  public String name() {
    return "adam";
  }

  @Override
  public List<String> stateNames() {
    return List.of("first-moment", "second-moment");
  }

  @Override
  public Moved step(
      long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state) {
    int length = parameters.length;
    float[] firstBefore = state.isEmpty() ? new float[length] : state.get(0);
    float[] secondBefore = state.isEmpty() ? new float[length] : state.get(1);
    float[] first = new float[length];
    float[] second = new float[length];
    float[] moved = new float[length];
    float stepSize = (float) (learningRate / (1 - StrictMath.pow(beta1, round + 1)));
    float rootCorrection = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, round + 1)));
    for (int i = 0; i < length; i++) {
      float gradient = -meanDelta[i];
      float m = beta1 * firstBefore[i] + (1 - beta1) * gradient;
      float v = beta2 * secondBefore[i] + (1 - beta2) * gradient * gradient;
      first[i] = m;
      second[i] = v;
      moved[i] = parameters[i] - stepSize * m / ((float) Math.sqrt(v) * rootCorrection + epsilon);
    }
    return new Moved(moved, List.of(first, second));
  }
}

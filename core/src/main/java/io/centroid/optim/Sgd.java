package io.centroid.optim;

import java.util.List;

/**
 * Stochastic gradient descent: {@code p -= learningRate * (g + weightDecay * p)}.
 *
 * @param weightDecay L2 penalty, added to the gradient of weights
 */
public record Sgd(double weightDecay) implements UpdateRule {

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public List<String> stateNames() {
    return List.of();
  }

  @Override
  public void update(
      float[] parameters, float[] gradients, float[][] state, int length, Step step) {
    float learningRate = (float) step.learningRate();
    float decay = step.decays() ? (float) weightDecay : 0;
    for (int i = 0; i < length; i++) {
      parameters[i] -= learningRate * (gradients[i] + decay * parameters[i]);
    }
  }
}

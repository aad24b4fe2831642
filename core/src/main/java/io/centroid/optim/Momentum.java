package io.centroid.optim;

import java.util.List;

/**
 * SGD with momentum as in Sutskever et al., "On the importance of initialization and momentum in
 * deep learning" (ICML 2013), in PyTorch's form: {@code v = momentum * v + g; p -= learningRate *
 * v}, or for Nesterov's variant {@code p -= learningRate * (g + momentum * v)}.
 *
 * @param momentum decay of the velocity v, from 0 to below 1
 * @param nesterov whether to use Nesterov's variant
 * @param weightDecay L2 penalty, added to the gradient of weights
 */
public record Momentum(double momentum, boolean nesterov, double weightDecay)
    implements UpdateRule {

  @Override
  public String name() {
    return nesterov ? "nesterov" : "momentum";
  }

  @Override
  public List<String> stateNames() {
    return List.of("momentum");
  }

  @Override
  public void update(
      float[] parameters, float[] gradients, float[][] state, int length, Step step) {
    float learningRate = (float) step.learningRate();
    float keep = (float) momentum;
    float decay = step.decays() ? (float) weightDecay : 0;
    float[] velocity = state[0];
    for (int i = 0; i < length; i++) {
      gradients[i] += decay * parameters[i];
      velocity[i] = keep * velocity[i] + gradients[i];
    }
    if (nesterov) {
      lookAhead(parameters, gradients, velocity, length, learningRate, keep);
    } else {
      updateParameters(parameters, velocity, length, learningRate);
    }
  }

  private static void lookAhead(
      float[] parameters,
      float[] gradients,
      float[] velocity,
      int length,
      float learningRate,
      float keep) {
    for (int i = 0; i < length; i++) {
      parameters[i] -= learningRate * (gradients[i] + keep * velocity[i]);
    }
  }

  private static void updateParameters(
      float[] parameters, float[] velocity, int length, float learningRate) {
    for (int i = 0; i < length; i++) {
      parameters[i] -= learningRate * velocity[i];
    }
  }
}

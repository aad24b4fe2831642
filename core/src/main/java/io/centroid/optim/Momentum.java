package io.centroid.optim;

import io.centroid.nn.ParameterLayout;

/**
 * SGD with momentum as in Sutskever et al., "On the importance of initialization and momentum in
 * deep learning" (ICML 2013), in PyTorch's form: v = momentum * v + g; p -= rate * v, or for
 * Nesterov's variant p -= rate * (g + momentum * v).
 */
final class Momentum extends Optimizer {
  private final float momentum;
  private final boolean nesterov;
  private final float weightDecay;

  Momentum(ParameterLayout layout, double momentum, boolean nesterov, double weightDecay) {
    super(layout, 1);
    this.momentum = (float) momentum;
    this.nesterov = nesterov;
    this.weightDecay = (float) weightDecay;
  }

  @Override
  void update(Step step, Workspace piece, int length, boolean decays) {
    float rate = (float) step.rate();
    float decay = decays ? weightDecay : 0;
    float[] values = piece.values();
    float[] slopes = piece.slopes();
    float[] velocity = piece.moments()[0];
    for (int i = 0; i < length; i++) {
      slopes[i] += decay * values[i];
      velocity[i] = momentum * velocity[i] + slopes[i];
    }
    if (nesterov) {
      nesterov(values, slopes, velocity, length, rate);
    } else {
      descend(values, velocity, length, rate);
    }
  }

  private void nesterov(float[] values, float[] slopes, float[] velocity, int length, float rate) {
    for (int i = 0; i < length; i++) {
      values[i] -= rate * (slopes[i] + momentum * velocity[i]);
    }
  }

  private static void descend(float[] values, float[] velocity, int length, float rate) {
    for (int i = 0; i < length; i++) {
      values[i] -= rate * velocity[i];
    }
  }
}

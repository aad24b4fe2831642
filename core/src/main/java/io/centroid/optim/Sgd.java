package io.centroid.optim;

import io.centroid.nn.ParameterLayout;

/** Stochastic gradient descent: p -= rate * (g + decay * p). */
final class Sgd extends Optimizer {
  private final float weightDecay;

  Sgd(ParameterLayout layout, double weightDecay) {
    super(layout, 0);
    this.weightDecay = (float) weightDecay;
  }

  @Override
  void update(Step step, Workspace piece, int length, boolean decays) {
    float rate = (float) step.rate();
    float decay = decays ? weightDecay : 0;
    float[] values = piece.values();
    float[] slopes = piece.slopes();
    for (int i = 0; i < length; i++) {
      values[i] -= rate * (slopes[i] + decay * values[i]);
    }
  }
}

package io.centroid.optimize;

import io.centroid.model.ParameterLayout;
import java.util.List;

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
  void update(
      Step step,
      float[] values,
      float[] slopes,
      int length,
      List<float[]> moments,
      int offset,
      boolean decays) {
    float rate = (float) step.rate();
    float decay = decays ? weightDecay : 0;
    float[] velocity = moments.get(0);
    for (int i = 0; i < length; i++) {
      float slope = slopes[i] + decay * values[i];
      float v = momentum * velocity[offset + i] + slope;
      velocity[offset + i] = v;
      values[i] -= rate * (nesterov ? slope + momentum * v : v);
    }
  }
}

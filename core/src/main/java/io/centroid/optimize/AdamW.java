package io.centroid.optimize;

import io.centroid.model.ParameterLayout;
import java.util.List;

/**
 * Adam with decoupled weight decay: Loshchilov and Hutter, "Decoupled weight decay regularization"
 * (ICLR 2019), as PyTorch does it.
 */
final class AdamW extends Optimizer {
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private final double weightDecay;

  AdamW(ParameterLayout layout, double beta1, double beta2, double epsilon, double weightDecay) {
    super(layout, 2);
    this.beta1 = (float) beta1;
    this.beta2 = (float) beta2;
    this.epsilon = (float) epsilon;
    this.weightDecay = weightDecay;
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
    float stepSize = (float) (step.rate() / (1 - Math.pow(beta1, step.number())));
    float rootCorrection = (float) (1 / Math.sqrt(1 - Math.pow(beta2, step.number())));
    float keep = decays ? (float) (1 - step.rate() * weightDecay) : 1;
    float[] first = moments.get(0);
    float[] second = moments.get(1);
    for (int i = 0; i < length; i++) {
      float slope = slopes[i];
      float m = beta1 * first[offset + i] + (1 - beta1) * slope;
      float v = beta2 * second[offset + i] + (1 - beta2) * slope * slope;
      first[offset + i] = m;
      second[offset + i] = v;
      values[i] =
          keep * values[i] - stepSize * m / ((float) Math.sqrt(v) * rootCorrection + epsilon);
    }
  }
}

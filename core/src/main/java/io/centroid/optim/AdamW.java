package io.centroid.optim;

import io.centroid.nn.ParameterLayout;

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
  void update(Step step, Workspace piece, int length, boolean decays) {
    float stepSize = (float) (step.rate() / (1 - Math.pow(beta1, step.number())));
    float rootCorrection = (float) (1 / Math.sqrt(1 - Math.pow(beta2, step.number())));
    float keep = decays ? (float) (1 - step.rate() * weightDecay) : 1;
    float[] first = piece.moments()[0];
    float[] second = piece.moments()[1];
    average(first, second, piece.slopes(), length);
    descend(piece.values(), first, second, length, keep, stepSize, rootCorrection);
  }

  private void average(float[] first, float[] second, float[] slopes, int length) {
    float b1 = beta1;
    float b2 = beta2;
    for (int i = 0; i < length; i++) {
      first[i] = b1 * first[i] + (1 - b1) * slopes[i];
      second[i] = b2 * second[i] + (1 - b2) * slopes[i] * slopes[i];
    }
  }

  private void descend(
      float[] values,
      float[] first,
      float[] second,
      int length,
      float keep,
      float stepSize,
      float rootCorrection) {
    float least = epsilon;
    for (int i = 0; i < length; i++) {
      values[i] =
          keep * values[i]
              - stepSize * first[i] / ((float) Math.sqrt(second[i]) * rootCorrection + least);
    }
  }
}

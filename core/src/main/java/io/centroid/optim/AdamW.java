package io.centroid.optim;

import java.util.List;

/**
 * Adam with decoupled weight decay: Loshchilov and Hutter, "Decoupled weight decay regularization"
 * (ICLR 2019), in PyTorch's form.
 *
 * @param beta1 decay of the first moment, from 0 to below 1
 * @param beta2 decay of the second moment, from 0 to below 1
 * @param epsilon constant added to the root of the second moment
 * @param weightDecay weight decay; each step multiplies weights by {@code 1 - learningRate *
 *     weightDecay}
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements UpdateRule {

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public List<String> stateNames() {
    return List.of("first-moment", "second-moment");
  }

  @Override
  public void update(
      float[] parameters, float[] gradients, float[][] state, int length, Step step) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float stepSize = (float) (step.learningRate() / (1 - StrictMath.pow(b1, step.number())));
    float rootCorrection = (float) (1 / Math.sqrt(1 - StrictMath.pow(b2, step.number())));
    float keep = step.decays() ? (float) (1 - step.learningRate() * weightDecay) : 1;
    updateMoments(state[0], state[1], gradients, length, b1, b2);
    updateParameters(parameters, state, length, keep, stepSize, rootCorrection);
  }

  private static void updateMoments(
      float[] first, float[] second, float[] gradients, int length, float b1, float b2) {
    for (int i = 0; i < length; i++) {
      first[i] = b1 * first[i] + (1 - b1) * gradients[i];
      second[i] = b2 * second[i] + (1 - b2) * gradients[i] * gradients[i];
    }
  }

  private void updateParameters(
      float[] parameters,
      float[][] state,
      int length,
      float keep,
      float stepSize,
      float rootCorrection) {
    float[] first = state[0];
    float[] second = state[1];
    float least = (float) epsilon;
    for (int i = 0; i < length; i++) {
      parameters[i] =
          keep * parameters[i]
              - stepSize * first[i] / ((float) Math.sqrt(second[i]) * rootCorrection + least);
    }
  }
}

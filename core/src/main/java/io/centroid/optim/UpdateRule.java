package io.centroid.optim;

import java.io.Serializable;
import java.util.List;

/**
 * The update rule of a first-order optimizer: how one step moves parameters against their gradient.
 * Elementwise, so that a vector may be moved in any pieces, and pure: everything that it remembers
 * is in the state vectors, which travel between workers and into checkpoints. Implement it to train
 * with an optimizer of your own; a record is the natural form.
 */
public interface UpdateRule extends Serializable {

  /**
   * The number and the learning rate of a step.
   *
   * @param number of the step since the state was fresh, counted from 1 (for bias correction)
   * @param learningRate after warm-up, schedule and scaling
   * @param decays whether weight decay applies to these values; it does not apply to biases
   */
  record Step(long number, double learningRate, boolean decays) {}

  /**
   * Name of the rule in configurations, manifests and messages, such as {@code adamw}. Two rules
   * that give different results need different names: a run resumes only under the same name.
   */
  String name();

  /** Names of the state vectors, as checkpoints store them; empty for a rule without state. */
  List<String> stateNames();

  /**
   * Moves {@code parameters[0..length)} by one step, and the state along.
   *
   * @param gradients after clipping; may be overwritten
   * @param state one array for each of {@link #stateNames()}, zeros at the first step
   * @param length number of values; the arrays may be longer
   */
  void update(float[] parameters, float[] gradients, float[][] state, int length, Step step);
}

package io.centroid.optim;

import java.io.Serializable;
import java.util.List;

/**
 * The update rule of a first-order optimizer. It is elementwise, so that a vector can be updated in
 * chunks, and pure: its state is in vectors that are sent between workers and stored in
 * checkpoints. Implement it, for example as a record, to train with a custom optimizer.
 */
public interface UpdateRule extends Serializable {

  /**
   * Number and learning rate of a step.
   *
   * @param number number of the step since the state was reset, counted from 1 (for bias
   *     correction)
   * @param learningRate learning rate after warm-up, schedule and scaling
   * @param decays whether weight decay applies to these values; it does not apply to biases
   */
  record Step(long number, double learningRate, boolean decays) {}

  /**
   * Name of the rule in configurations, manifests and messages, such as {@code adamw}. Two rules
   * that give different results need different names: a run resumes only under the same name.
   */
  String name();

  /** Names of the state vectors in checkpoints; empty for a rule without state. */
  List<String> stateNames();

  /**
   * Updates {@code parameters[0..length)} and the state by one step.
   *
   * @param gradients gradients after clipping; may be overwritten
   * @param state one array for each of {@link #stateNames()}, zeros at the first step
   * @param length number of values; the arrays may be longer
   */
  void update(float[] parameters, float[] gradients, float[][] state, int length, Step step);
}

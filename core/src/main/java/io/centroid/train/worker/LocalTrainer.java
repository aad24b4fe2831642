package io.centroid.train.worker;

import io.centroid.optim.InnerState;
import org.jspecify.annotations.Nullable;

/**
 * Takes the local steps of one worker in one round. {@link #load} overwrites all that the network
 * was used for before. One task's.
 */
public interface LocalTrainer {

  /**
   * One local step.
   *
   * @param loss mean over its examples
   * @param path its learning rate, or the number of updates where the network has its own rates
   */
  record LocalStep(int examples, double loss, double path) {}

  /**
   * Sets where the steps begin.
   *
   * @param own optimizer state that the worker kept; null: it goes on from the shared one, or from
   *     a fresh one if none is shared
   */
  void load(SlicedState start, @Nullable InnerState own);

  /**
   * Takes a step; null if the worker has no examples left in this epoch.
   *
   * @param number of the step in the round, from 0 on
   */
  @Nullable LocalStep step(int number);

  /** Some of the parameters; valid until the next call, and may be written to. */
  float[] parameters(int from, int length);

  /** The optimizer's state after the steps; the trainer does not use it any more. */
  InnerState takeState();
}

package io.centroid.spark.dl4j;

import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Takes a worker's steps. {@link #begin} comes before the first step of each round and overwrites
 * all that earlier ones left, so that results depend on its arguments and the minibatches alone.
 * One thread's at a time.
 */
interface LocalTrainer {
  /**
   * Sets where the steps begin.
   *
   * @param updaterState of no length: fresh
   */
  void begin(float[] parameters, float[] updaterState, int iteration, int epoch);

  /**
   * Takes one step.
   *
   * @param noiseSeed all that is random in the step (dropout) derives from it
   * @return mean loss over the minibatch
   */
  double step(MultiDataSet minibatch, long noiseSeed);

  /** A copy. */
  float[] parameters();

  /** A copy; of no length if the updater remembers nothing. */
  float[] updaterState();

  /** Iterations as the network counts them. */
  int iteration();
}

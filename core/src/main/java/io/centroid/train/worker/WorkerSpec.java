package io.centroid.train.worker;

import io.centroid.averaging.codec.Codec;
import io.centroid.data.Normalization;
import io.centroid.evaluate.Scoring;
import io.centroid.nn.NetworkSpec;
import io.centroid.optim.OptimizerSettings;

/**
 * All that a worker needs to train but its shard and the round: the same for every worker and every
 * round of a run.
 *
 * @param codec how deltas travel
 * @param workers number of logical workers W
 * @param batchSize examples of one local step
 * @param seed of the run
 */
public record WorkerSpec(
    NetworkSpec network,
    Normalization normalization,
    OptimizerSettings optimizer,
    InnerStatePolicy innerState,
    Codec codec,
    int workers,
    int batchSize,
    long seed)
    implements RoundSpec {

  @Override
  public int moments() {
    return optimizer.stateNames().size();
  }

  /** What evaluating the workers' parameters needs. */
  public Scoring scoring() {
    return new Scoring(network, normalization);
  }
}

package io.centroid.train.worker;

import io.centroid.averaging.codec.Codec;
import io.centroid.data.Normalization;
import io.centroid.device.Device;
import io.centroid.evaluate.Scoring;
import io.centroid.nn.NetworkSpec;
import io.centroid.optim.OptimizerSettings;
import io.centroid.privacy.DpSgd;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a worker's training, equal for all workers and rounds of a run.
 *
 * @param innerState handling of inner optimizer states between rounds
 * @param codec codec of the deltas
 * @param workers number of logical workers W
 * @param batchSize number of examples per local step
 * @param seed seed of the run
 * @param privacy differentially private steps; null: plain ones
 */
public record WorkerSpec(
    NetworkSpec network,
    Normalization normalization,
    OptimizerSettings optimizer,
    InnerStatePolicy innerState,
    Codec codec,
    int workers,
    int batchSize,
    long seed,
    @Nullable DpSgd privacy)
    implements RoundSpec {

  /** Settings of plain steps. */
  public WorkerSpec(
      NetworkSpec network,
      Normalization normalization,
      OptimizerSettings optimizer,
      InnerStatePolicy innerState,
      Codec codec,
      int workers,
      int batchSize,
      long seed) {
    this(network, normalization, optimizer, innerState, codec, workers, batchSize, seed, null);
  }

  @Override
  public int moments() {
    return optimizer.stateNames().size();
  }

  @Override
  public Device.Kind device() {
    return network.engine().device();
  }

  /** Network and normalization, for evaluation. */
  public Scoring scoring() {
    return new Scoring(network, normalization);
  }
}

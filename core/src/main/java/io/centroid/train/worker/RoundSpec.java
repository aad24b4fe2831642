package io.centroid.train.worker;

import io.centroid.averaging.codec.Codec;
import io.centroid.device.Device;
import java.io.Serializable;

/** Settings of rounds, independent of the local trainer. */
public interface RoundSpec extends Serializable {

  /** Handling of the workers' inner optimizer states between rounds. */
  InnerStatePolicy innerState();

  /** Codec of the deltas. */
  Codec codec();

  /** Number of logical workers W. */
  int workers();

  /** Number of state vectors of the inner optimizer, each as long as the parameters. */
  int moments();

  /** Kind of the devices on which workers compute. */
  default Device.Kind device() {
    return Device.Kind.CPU;
  }

  /** True if workers keep state of their own between rounds. */
  default boolean keepsWorkerState() {
    return innerState() == InnerStatePolicy.KEEP || !codec().isExact();
  }
}

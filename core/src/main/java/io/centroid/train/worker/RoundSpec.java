package io.centroid.train.worker;

import io.centroid.averaging.codec.Codec;
import java.io.Serializable;

/** What the rounds of a training depend on, whoever takes the local steps. */
public interface RoundSpec extends Serializable {

  /** What becomes of the workers' optimizer states between rounds. */
  InnerStatePolicy innerState();

  /** How deltas travel. */
  Codec codec();

  /** Number of logical workers W. */
  int workers();

  /** Number of an optimizer state's vectors, each as long as the parameters. */
  int moments();

  /** Whether workers remember anything that the others do not. */
  default boolean keepsMemory() {
    return innerState() == InnerStatePolicy.KEEP || !codec().isExact();
  }
}

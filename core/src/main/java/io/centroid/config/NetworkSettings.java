package io.centroid.config;

import io.centroid.nn.Architecture;

/** The network's settings: complete, or to be completed from the data or from another model. */
public sealed interface NetworkSettings
    permits NetworkSettings.Complete, NetworkSettings.OfDl4jZip, Gpt2Settings {

  /** The complete network. */
  record Complete(Architecture architecture) implements NetworkSettings {}

  /** The network in the DL4J zip that {@code model.init-from} names. */
  record OfDl4jZip() implements NetworkSettings {}
}

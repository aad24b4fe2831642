package io.centroid.config;

import io.centroid.nn.Architecture;

/** What a configuration says of the network: all of it, or what the data still completes. */
public sealed interface NetworkSettings
    permits NetworkSettings.Complete, NetworkSettings.OfDl4jZip, Gpt2Settings {

  /** All of the network. */
  record Complete(Architecture architecture) implements NetworkSettings {}

  /** The network of the zip of DL4J's that {@code model.init-from} names. */
  record OfDl4jZip() implements NetworkSettings {}
}

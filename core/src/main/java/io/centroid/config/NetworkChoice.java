package io.centroid.config;

import io.centroid.model.Architecture;

/** What a configuration says of the network: all of it, or what the data still completes. */
public sealed interface NetworkChoice
    permits NetworkChoice.Complete, NetworkChoice.OfDl4jZip, Gpt2Choice {

  /** All of the network. */
  record Complete(Architecture architecture) implements NetworkChoice {}

  /** The network of the zip of DL4J's that {@code model.init-from} names. */
  record OfDl4jZip() implements NetworkChoice {}
}

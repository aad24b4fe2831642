package io.centroid.spark.dl4j;

import io.centroid.dl4j.Nd4jLibrary;
import io.centroid.optim.InnerState;

/**
 * A network of this JVM, built once and used round after round. One thread's at a time.
 *
 * @param fresh its updater's state before the first step: some updaters do not start from zeros
 */
record NetworkReplica(Network network, InnerState fresh) {
  static NetworkReplica of(NetworkSource source) {
    Nd4jLibrary.prepare();
    Network network = Network.of(source);
    return new NetworkReplica(network, network.copyOfUpdaterState());
  }
}

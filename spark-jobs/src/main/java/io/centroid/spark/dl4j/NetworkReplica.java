package io.centroid.spark.dl4j;

import io.centroid.dl4j.Nd4jLibrary;
import io.centroid.optim.InnerState;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network of this JVM, built once and used round after round. One thread's at a time.
 *
 * @param fresh its updater's state before the first step: some updaters do not start from zeros
 */
record NetworkReplica(Network network, InnerState fresh) implements AutoCloseable {
  static NetworkReplica of(NetworkSource source) {
    Nd4jLibrary.prepare();
    Network network = Network.of(source);
    return new NetworkReplica(network, network.copyOfUpdaterState());
  }

  /**
   * Frees parameters, gradient and the updater's memory. DL4J's own {@code close} would also
   * destroy the thread's workspaces, which other networks may be using, and collect garbage.
   */
  @Override
  public void close() {
    free(network.model().params());
    free(network.model().getGradientsViewArray());
    free(network.updaterState());
  }

  private static void free(@Nullable INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }
}

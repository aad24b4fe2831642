package io.centroid.spark.dl4j;

import io.centroid.dl4j.Nd4jLibrary;
import io.centroid.optim.InnerState;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network replica in this JVM, built once and reused in every round. Not thread-safe.
 *
 * @param network the network
 * @param fresh initial state of its updater, which is not always zero
 */
record NetworkReplica(Dl4jNetwork network, InnerState fresh) implements AutoCloseable {
  static NetworkReplica of(NetworkSource source) {
    Nd4jLibrary.prepare();
    Dl4jNetwork network = Dl4jNetwork.of(source);
    return new NetworkReplica(network, network.copyOfUpdaterState());
  }

  /**
   * Frees parameters, gradient and updater state. DL4J's own {@code close} would also destroy the
   * thread's workspaces, which other networks may be using, and run the garbage collector.
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

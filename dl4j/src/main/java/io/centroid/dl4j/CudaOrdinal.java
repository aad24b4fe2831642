package io.centroid.dl4j;

import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.factory.Nd4j;

/** CUDA's number of a GPU in this process: its position among those that the process sees. */
final class CudaOrdinal {
  private CudaOrdinal() {}

  /** Lets ND4J's operations of the calling thread run on a GPU. */
  static void use(int ordinal) {
    AffinityManager affinity = Nd4j.getAffinityManager();
    if (affinity.getDeviceForCurrentThread() != ordinal) {
      affinity.unsafeSetDevice(ordinal);
    }
  }
}

package io.centroid.kernels;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J arrays as flat vectors. Where ND4J computes on a GPU, the vector's host memory is brought up
 * to date before Java code touches it and declared current after; on the CPU both do nothing. This
 * was tried on the CPU only.
 */
public final class Nd4jVectors {
  private Nd4jVectors() {}

  /** Shares the memory of a contiguous float array. */
  public static FloatVector wrap(INDArray array) {
    FloatPointer pointer = new FloatPointer(array.data().addressPointer());
    return FloatVector.wrap(pointer, array.length(), array, new HostCopy(array));
  }

  private record HostCopy(INDArray array) implements FloatVector.HostAccess {
    @Override
    public void beforeAccess() {
      Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    }

    @Override
    public void afterWrite() {
      Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
    }
  }
}

package io.centroid.dl4j;

import io.centroid.nn.kernels.FloatVector;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network's flat array as a vector in the host's memory: the array's own memory on ND4J's CPU
 * backend; elsewhere a copy, because the array is in a device's memory and ND4J knows only of its
 * own reads and writes.
 */
final class HostVector implements AutoCloseable {
  private final INDArray array;
  private final FloatVector values;
  private final boolean mirrored;

  private HostVector(INDArray array, FloatVector values, boolean mirrored) {
    this.array = array;
    this.values = values;
    this.mirrored = mirrored;
  }

  /** The memory of a contiguous array of ND4J's CPU backend, without a copy. */
  static HostVector shared(INDArray array) {
    return new HostVector(array, FloatVector.wrap(memory(array), array.length(), array), false);
  }

  /** A copy of a contiguous array of any backend, initially equal to it. */
  static HostVector mirror(INDArray array) {
    HostVector mirror = new HostVector(array, FloatVector.allocate(array.length()), true);
    mirror.download();
    return mirror;
  }

  FloatVector values() {
    return values;
  }

  /** Makes the array equal to the values. A copy is sent to the device only if it has changed. */
  void upload() {
    if (!mirrored) {
      return;
    }
    AffinityManager affinity = Nd4j.getAffinityManager();
    affinity.ensureLocation(array, AffinityManager.Location.HOST);
    FloatPointer memory = memory(array);
    if (Pointer.memcmp(memory, values.constant(), bytes()) != 0) {
      Pointer.memcpy(memory, values.constant(), bytes());
      affinity.tagLocation(array, AffinityManager.Location.HOST);
    }
  }

  /** Makes the values equal to the array. */
  void download() {
    if (!mirrored) {
      return;
    }
    Nd4j.getAffinityManager().ensureLocation(array, AffinityManager.Location.HOST);
    Pointer.memcpy(values.pointer(), memory(array), bytes());
  }

  /** Writes the first values of a contiguous array of any backend. */
  static void write(INDArray array, float[] values, int length) {
    AffinityManager affinity = Nd4j.getAffinityManager();
    affinity.ensureLocation(array, AffinityManager.Location.HOST);
    memory(array).put(values, 0, length);
    affinity.tagLocation(array, AffinityManager.Location.HOST);
  }

  /** The array's memory on the host. */
  private static FloatPointer memory(INDArray array) {
    return new FloatPointer(array.data().addressPointer());
  }

  private long bytes() {
    return array.length() * Float.BYTES;
  }

  /** Closes the vector; the array is left to its owner. */
  @Override
  public void close() {
    values.close();
  }
}

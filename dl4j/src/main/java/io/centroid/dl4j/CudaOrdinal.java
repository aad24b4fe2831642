package io.centroid.dl4j;

import io.centroid.error.InputException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.factory.Nd4j;

/** CUDA's number of a GPU in this process: its position among those that the process sees. */
final class CudaOrdinal {
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private CudaOrdinal() {}

  /**
   * The number of a GPU in this process.
   *
   * @param address index or UUID of the GPU, or UUID of a MIG instance
   * @throws InputException if the process does not see the GPU
   */
  static int of(String address) {
    return of(address, System.getenv(VISIBLE));
  }

  static int of(String address, @Nullable String visible) {
    if (visible == null || visible.isBlank()) {
      if (!address.matches("\\d{1,9}")) {
        throw new InputException(VISIBLE + " must list the GPU's UUID, but is not set: " + address);
      }
      return Integer.parseInt(address);
    }
    List<String> listed = Arrays.stream(visible.split(",")).map(String::strip).toList();
    int position = listed.indexOf(address);
    if (position < 0) {
      throw new InputException(VISIBLE + " = " + visible + " does not list the GPU " + address);
    }
    return position;
  }

  /** Lets ND4J's operations of the calling thread run on a GPU. */
  static void use(int ordinal) {
    AffinityManager affinity = Nd4j.getAffinityManager();
    if (affinity.getDeviceForCurrentThread() != ordinal) {
      affinity.unsafeSetDevice(ordinal);
    }
  }
}

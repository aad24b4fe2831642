package io.centroid.device;

import java.io.Serializable;
import java.util.List;

/**
 * The GPUs for which an engine's library has code. The library has machine code (cubins) without
 * PTX: code for capability X.Y runs on GPUs of capability X.Z with Z at least Y, and on no others
 * (CUDA C++ Programming Guide, "Binary Compatibility").
 *
 * @param library name and version for messages, such as {@code LibTorch 2.10.0 for CUDA 13.1}
 * @param capabilities compute capabilities with machine code, as 10 * major + minor, such as 90
 * @param minimumDriver lowest major version of the NVIDIA driver that the CUDA runtime accepts
 */
public record GpuBackend(String library, List<Integer> capabilities, int minimumDriver)
    implements Serializable {
  public GpuBackend {
    capabilities = List.copyOf(capabilities);
  }

  /**
   * The same library for work that older GPUs cannot do.
   *
   * @param work name of the work for messages
   * @param least lowest compute capability that can do it, as 10 * major + minor
   */
  public GpuBackend forWork(String work, int least) {
    return new GpuBackend(
        library + " with " + work,
        capabilities.stream().filter(code -> code >= least).toList(),
        minimumDriver);
  }
}

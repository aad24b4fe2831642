package io.centroid.torch;

import io.centroid.device.Device;
import io.centroid.device.VisibleDevices;
import io.centroid.error.InputException;
import org.bytedeco.pytorch.cuda.CUDAAllocator;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch_cuda;
import org.jspecify.annotations.Nullable;

/** LibTorch's devices. */
final class TorchDevices {
  private TorchDevices() {}

  /**
   * LibTorch's name of a device.
   *
   * @throws InputException if it is a GPU and LibTorch has none of that address
   */
  static org.bytedeco.pytorch.Device of(Device device) {
    require(device);
    return device.kind() == Device.Kind.CPU
        ? new org.bytedeco.pytorch.Device(DeviceType.CPU)
        : new org.bytedeco.pytorch.Device(
            DeviceType.CUDA, (byte) VisibleDevices.ordinal(device.address()));
  }

  /** What reads the peak; null if its native code cannot be loaded. */
  private static final class Allocator {
    static final @Nullable CUDAAllocator MADE = make();

    private static @Nullable CUDAAllocator make() {
      try {
        return torch_cuda.getAllocator();
      } catch (LinkageError | TypeNotPresentException e) {
        return null;
      }
    }
  }

  /** Peak of the memory that this process has reserved on a GPU, in bytes; 0 if unknown. */
  static long peakBytes(org.bytedeco.pytorch.Device device) {
    CUDAAllocator allocator = device.is_cuda() ? Allocator.MADE : null;
    try {
      return allocator == null
          ? 0
          : allocator.getDeviceStats(device.index()).reserved_bytes().peak();
    } catch (RuntimeException e) {
      return 0;
    }
  }

  /** Gives back the memory of a GPU that LibTorch keeps for later tensors. */
  static void release(org.bytedeco.pytorch.Device device) {
    CUDAAllocator allocator = device.is_cuda() ? Allocator.MADE : null;
    if (allocator != null) {
      allocator.emptyCache();
    }
  }

  /**
   * Checks a device.
   *
   * @throws InputException if it is a GPU and LibTorch has none of that address
   */
  static void require(Device device) {
    LibTorch.require();
    if (device.kind() == Device.Kind.CPU) {
      return;
    }
    int count = torch.cuda_device_count();
    if (count == 0 || VisibleDevices.ordinal(device.address()) >= count) {
      throw new InputException(
          device + ": LibTorch " + LibTorch.VERSION + " finds " + count + " GPU(s)");
    }
  }
}

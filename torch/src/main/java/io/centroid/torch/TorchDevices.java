package io.centroid.torch;

import io.centroid.device.Device;
import io.centroid.error.InputException;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

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
            DeviceType.CUDA, (byte) Integer.parseInt(device.address()));
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
    int ordinal = Integer.parseInt(device.address());
    if (ordinal >= count) {
      throw new InputException(
          device + ": LibTorch " + LibTorch.VERSION + " finds " + count + " GPU(s)");
    }
  }
}

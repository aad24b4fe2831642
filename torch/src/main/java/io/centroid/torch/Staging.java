package io.centroid.torch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Copies arrays to the device, through host memory that is kept, and pinned for a GPU. On the CPU a
 * tensor is that memory, which the next copy overwrites.
 */
final class Staging implements AutoCloseable {
  private final Device device;
  private final ScalarType type;
  private @Nullable Tensor host;
  private long capacity;

  Staging(Device device, ScalarType type) {
    this.device = device;
    this.type = type;
  }

  /** The first {@code count} values as a tensor of this shape, valid until the next call. */
  Tensor floats(float[] values, int count, long... shape) {
    Tensor memory = reserve(count);
    try (FloatPointer pointer = new FloatPointer(memory.data_ptr_float())) {
      pointer.put(values, 0, count);
    }
    return onDevice(memory, count, shape);
  }

  /** The first {@code count} values as a tensor of this shape, valid until the next call. */
  Tensor longs(long[] values, int count, long... shape) {
    Tensor memory = reserve(count);
    try (LongPointer pointer = new LongPointer(memory.data_ptr_long())) {
      pointer.put(values, 0, count);
    }
    return onDevice(memory, count, shape);
  }

  private Tensor onDevice(Tensor memory, long count, long... shape) {
    Tensor view = memory.narrow(0, 0, count).view(shape);
    return device.is_cuda()
        ? view.to(device, type, false, false, new MemoryFormatOptional())
        : view;
  }

  private Tensor reserve(long count) {
    Tensor held = host;
    if (held == null || count > capacity) {
      close();
      capacity = count;
      held =
          Tensors.owned(
              () ->
                  torch.empty(
                      new long[] {count},
                      device.is_cuda()
                          ? Tensors.pinned(type)
                          : Tensors.options(type, new Device(torch.DeviceType.CPU)),
                      new MemoryFormatOptional()));
      host = held;
    }
    return held;
  }

  @Override
  public void close() {
    Tensors.close(host);
    host = null;
  }
}

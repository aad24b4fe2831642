package io.centroid.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Creation and lifetime of tensors. */
final class Tensors {
  private Tensors() {}

  /**
   * Computes a tensor, and frees all others that were made meanwhile, unless autograd needs them.
   * The result belongs to the scope around this one, if there is one, else to the caller.
   */
  static Tensor scoped(Supplier<Tensor> body) {
    PointerScope outer = PointerScope.getInnerScope();
    try (PointerScope scope = new PointerScope()) {
      Tensor result = body.get();
      if (outer != null) {
        outer.attach(result);
      } else {
        result.retainReference();
      }
      return result;
    }
  }

  /** Computes a tensor that belongs to the caller, who closes it. */
  static Tensor owned(Supplier<Tensor> body) {
    try (PointerScope scope = new PointerScope()) {
      Tensor result = body.get();
      result.retainReference();
      return result;
    }
  }

  /** Runs the body, and frees all tensors that were made, unless autograd needs them. */
  static void freed(Runnable body) {
    try (PointerScope scope = new PointerScope()) {
      body.run();
    }
  }

  static TensorOptions options(ScalarType type, Device device) {
    return new TensorOptions()
        .dtype(new ScalarTypeOptional(type))
        .device(new DeviceOptional(device));
  }

  /** Memory of the host from which a GPU copies without another copy. */
  static TensorOptions pinned(ScalarType type) {
    return new TensorOptions()
        .dtype(new ScalarTypeOptional(type))
        .pinned_memory(new BoolOptional(true));
  }

  static Scalar scalar(double value) {
    return new Scalar(value);
  }

  static void close(@Nullable Tensor tensor) {
    if (tensor != null) {
      tensor.close();
    }
  }
}

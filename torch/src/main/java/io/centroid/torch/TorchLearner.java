package io.centroid.torch;

import io.centroid.data.Batch;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.optim.DeviceLearner;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.Stepper;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What the networks of this engine have in common. */
abstract class TorchLearner implements DeviceLearner {
  private final FlatTensors tensors;
  private final int threads;
  private Optional<TorchStepper> stepper = Optional.empty();

  TorchLearner(FlatTensors tensors, int threads) {
    this.tensors = tensors;
    this.threads = threads;
  }

  @Override
  public final ParameterLayout layout() {
    return tensors.layout();
  }

  @Override
  public final FloatVector parameters() {
    return tensors.parameterVector();
  }

  @Override
  public final FloatVector gradient() {
    return tensors.gradientVector();
  }

  @Override
  public final double gradient(Batch batch, long dropoutSeed) {
    return computed(
        true,
        () -> {
          tensors.clearGradient();
          return backward(batch, dropoutSeed);
        });
  }

  /** Adds the gradient of the batch's mean loss to that of the weights, and returns the loss. */
  abstract double backward(Batch batch, long dropoutSeed);

  /** Reserved by this process: LibTorch keeps what it once needed. */
  public final long peakDeviceBytes() {
    return TorchDevices.peakBytes(tensors.device());
  }

  @Override
  public final void upload() {
    Tensor unused = LibTorch.call(tensors::parameters);
  }

  /** In host memory the optimizer of the host takes the steps, on the same memory. */
  @Override
  public final Optional<Stepper> stepper(OptimizerSettings settings) {
    if (!tensors.mirrored()) {
      return Optional.empty();
    }
    // Frees the state on the device: the garbage collector knows nothing of that memory.
    closeStepper();
    stepper = TorchStepper.of(this, tensors, settings);
    return stepper.map(made -> made);
  }

  /**
   * Computes on the device's newest parameters, and frees the tensors that were made.
   *
   * @param differentiates whether autograd records operations
   * @throws OutOfMemoryError if the device has too little memory
   */
  final <T> T computed(boolean differentiates, Supplier<T> body) {
    boolean before = GradMode.is_enabled();
    return LibTorch.call(
        () -> {
          try (PointerScope scope = new PointerScope()) {
            // A setting of the process: its trainings on LibTorch have equal numbers of threads.
            torch.set_num_threads(threads);
            GradMode.set_enabled(false);
            Tensor unused = tensors.parameters();
            GradMode.set_enabled(differentiates);
            return body.get();
          } finally {
            GradMode.set_enabled(before);
          }
        });
  }

  final Device device() {
    return tensors.device();
  }

  final Tensor weight(String name) {
    return tensors.weight(name);
  }

  /** Copies a tensor's values to an array, row-major. */
  static float[] floats(Tensor tensor) {
    Tensor host = tensor.contiguous().cpu();
    float[] values = new float[Math.toIntExact(host.numel())];
    new FloatPointer(host.data_ptr_float()).get(values);
    return values;
  }

  private void closeStepper() {
    stepper.ifPresent(TorchStepper::close);
    stepper = Optional.empty();
  }

  @Override
  public void close() {
    closeStepper();
    tensors.close();
    // A later training compares its estimate with the memory that is free.
    TorchDevices.release(tensors.device());
  }
}

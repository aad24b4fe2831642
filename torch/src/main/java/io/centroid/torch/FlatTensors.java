package io.centroid.torch;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a network, and their gradient, each as one flat tensor, whose views are the
 * layout's tensors. On the CPU the host's vectors are the same memory. On a GPU they are pinned
 * copies, which are updated when one side is used after the other has changed.
 */
final class FlatTensors implements AutoCloseable {
  private final ParameterLayout layout;
  private final Device device;
  private final boolean mirrored;
  private final Tensor hostParameters;
  private final FloatVector parameterVector;
  private final Tensor parameters;
  private final Map<String, Tensor> weights = new HashMap<>();
  private @Nullable Tensor hostGradient;
  private @Nullable FloatVector gradientVector;
  private @Nullable Tensor gradient;
  private boolean hostIsNewer;
  private boolean deviceIsNewer;
  private boolean gradientIsNewer;

  /**
   * Allocates the parameters.
   *
   * @param mirrored whether the device has memory of its own
   */
  FlatTensors(ParameterLayout layout, Device device, boolean mirrored) {
    this.layout = layout;
    this.device = device;
    this.mirrored = mirrored;
    long count = layout.parameterCount();
    this.hostParameters = hostZeros(count);
    this.parameterVector = vector(hostParameters);
    this.parameters = mirrored ? deviceZeros(count) : hostParameters;
    for (ParameterLayout.Entry entry : layout.entries()) {
      weights.put(
          entry.name(), Tensors.owned(() -> view(parameters, entry).set_requires_grad(true)));
    }
  }

  private Tensor hostZeros(long count) {
    return Tensors.owned(
        () ->
            torch.zeros(
                new long[] {count},
                device.is_cuda()
                    ? Tensors.pinned(ScalarType.Float)
                    : Tensors.options(ScalarType.Float, new Device(torch.DeviceType.CPU))));
  }

  private static FloatVector vector(Tensor host) {
    return FloatVector.wrap(new FloatPointer(host.data_ptr_float()), host.numel(), host);
  }

  private Tensor deviceZeros(long count) {
    return Tensors.owned(
        () -> torch.zeros(new long[] {count}, Tensors.options(ScalarType.Float, device)));
  }

  private static Tensor view(Tensor flat, ParameterLayout.Entry entry) {
    long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
    return flat.narrow(0, entry.offset(), entry.size()).view(shape).detach();
  }

  ParameterLayout layout() {
    return layout;
  }

  Device device() {
    return device;
  }

  boolean mirrored() {
    return mirrored;
  }

  /** The host's parameters. The device's are updated before they are used next. */
  FloatVector parameterVector() {
    if (deviceIsNewer) {
      hostParameters.copy_(parameters);
      deviceIsNewer = false;
    }
    hostIsNewer = mirrored;
    return parameterVector;
  }

  /** The host's gradient; of a device with memory of its own a copy, made when first asked for. */
  FloatVector gradientVector() {
    Tensor made = gradient();
    Tensor host = hostGradient;
    if (host == null) {
      host = mirrored ? hostZeros(layout.parameterCount()) : made;
      hostGradient = host;
      gradientVector = vector(host);
    }
    if (gradientIsNewer) {
      host.copy_(made);
      gradientIsNewer = false;
    }
    return Objects.requireNonNull(gradientVector);
  }

  /** The device's parameters, flat. Call {@link #changed} after a change. */
  Tensor parameters() {
    if (hostIsNewer) {
      parameters.copy_(hostParameters);
      hostIsNewer = false;
    }
    return parameters;
  }

  void changed() {
    deviceIsNewer = mirrored;
  }

  /** The device's gradient, flat. */
  Tensor gradient() {
    Tensor made = gradient;
    if (made == null) {
      long count = layout.parameterCount();
      Tensor flat = mirrored ? deviceZeros(count) : hostZeros(count);
      gradient = flat;
      made = flat;
      for (ParameterLayout.Entry entry : layout.entries()) {
        try (Tensor view = Tensors.owned(() -> view(flat, entry))) {
          weight(entry.name()).mutable_grad().put(view);
        }
      }
    }
    return made;
  }

  /** Sets the gradient to zero; backward passes add to it. */
  void clearGradient() {
    gradient().zero_();
    gradientIsNewer = mirrored;
  }

  /** A tensor of the layout, with the device's newest values. */
  Tensor weight(String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  /** The tensors of the layout whose values decay. */
  List<Tensor> decaying() {
    List<Tensor> found = new ArrayList<>();
    for (ParameterLayout.Entry entry : layout.entries()) {
      if (entry.role() == ParameterLayout.Role.WEIGHT) {
        found.add(weight(entry.name()));
      }
    }
    return found;
  }

  @Override
  public void close() {
    parameterVector.close();
    if (gradientVector != null) {
      gradientVector.close();
    }
    weights.values().forEach(Tensor::close);
    if (mirrored) {
      Tensors.close(hostGradient);
      parameters.close();
    }
    Tensors.close(gradient);
    hostParameters.close();
  }
}

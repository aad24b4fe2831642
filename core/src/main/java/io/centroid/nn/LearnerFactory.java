package io.centroid.nn;

import io.centroid.device.Device;
import io.centroid.device.GpuBackend;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.nn.matrix.Precision;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/**
 * A compute engine: creates learners for the architectures that it supports. It is serialized to
 * executors as part of the {@link NetworkSpec}, so implementations are small value objects with
 * equals.
 */
public interface LearnerFactory extends Serializable {

  /** Name of the engine in {@code compute.engine}. */
  String name();

  boolean supports(Architecture architecture);

  /**
   * Requires that products can be computed in a precision, the value of {@code compute.precision}.
   *
   * @throws InputException if the engine does not have it, or not on this processor
   */
  default void require(Precision precision) {
    if (precision != Precision.FLOAT32) {
      throw new InputException(
          "compute.precision must be float32 when compute.engine is "
              + name()
              + ": "
              + Json.spelling(precision));
    }
  }

  /**
   * Creates a learner with the spec's initial parameters, which are bitwise identical on every JVM
   * with equal {@link #versions}.
   *
   * @throws io.centroid.error.InputException if the network does not fit its input or outputs
   */
  Learner create(NetworkSpec spec);

  /**
   * As {@link #create(NetworkSpec)}, computing on a device of the kind {@link #device}.
   *
   * @throws io.centroid.error.InputException if the device cannot be used
   */
  default Learner create(NetworkSpec spec, Device device) {
    return create(spec);
  }

  /** Kind of the devices on which tasks compute; the driver computes on the CPU. */
  default Device.Kind device() {
    return Device.Kind.CPU;
  }

  /**
   * This engine with tasks that compute on devices of a kind.
   *
   * @return empty if the engine does not compute on them
   */
  default Optional<LearnerFactory> on(Device.Kind kind) {
    return kind == device() ? Optional.of(this) : Optional.empty();
  }

  /** The GPUs for which the engine has code; empty if it computes on CPUs alone. */
  default Optional<GpuBackend> gpus() {
    return Optional.empty();
  }

  /**
   * Why the engine cannot compute on GPUs in this JVM, although nvidia-smi lists some; empty if it
   * can. It may load the engine's library.
   */
  default Optional<String> gpuObstacle() {
    return Optional.empty();
  }

  /**
   * A network's initial parameters, which the driver computes.
   *
   * @throws InputException if the network does not fit its input or outputs
   */
  default float[] initialParameters(NetworkSpec spec) {
    try (Learner learner = create(spec)) {
      float[] initial = new float[Math.toIntExact(learner.layout().parameterCount())];
      learner.parameters().store(initial);
      return initial;
    }
  }

  /** Layout of a network's parameters. */
  ParameterLayout layout(NetworkSpec spec);

  /**
   * Name of the layer that computes the output of a regression as weight * x + bias, whose tensors
   * in the layout are NAME.weight and NAME.bias; empty if there is none, or if it is unknown. Only
   * networks with such a layer are trained on standardized targets.
   */
  default Optional<String> linearOutput(NetworkSpec spec) {
    return Optional.empty();
  }

  /**
   * Versions that must be equal for bitwise identical runs: libraries, builds, and the CPU's vector
   * instructions.
   *
   * @throws io.centroid.error.InputException if the engine's libraries are not on the class path
   */
  Map<String, String> versions();

  /** The {@link #versions()} with those of libraries that not all networks use. */
  default Map<String, String> versions(Architecture architecture) {
    return versions();
  }

  /**
   * Opens a network in the engine's own file format; empty if the engine has none.
   *
   * @throws io.centroid.error.InputException if the file is not valid
   */
  default Optional<StoredNetwork> open(HadoopFiles files, String location) {
    return Optional.empty();
  }
}

package io.centroid.nn;

import io.centroid.data.InputShape;
import io.centroid.device.Device;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * Specification of a network without its parameters. It is sent to executors and stored in
 * checkpoints.
 *
 * @param input shape of one example
 * @param outputs number of outputs: classes for cross-entropy, else 1
 * @param seed seed of the initial parameters
 * @param engine compute engine; not part of the network's identity
 */
public record NetworkSpec(
    Architecture architecture,
    InputShape input,
    int outputs,
    Loss loss,
    long seed,
    LearnerFactory engine)
    implements Serializable {
  /** Key of the device among the versions, if it is not the CPU. */
  public static final String DEVICE = "device";

  /** A network on {@link CpuEngine}. */
  public NetworkSpec(
      Architecture architecture, InputShape input, int outputs, Loss loss, long seed) {
    this(architecture, input, outputs, loss, seed, new CpuEngine());
  }

  /** Creates a learner with the initial parameters on the CPU; the caller closes it. */
  public Learner newLearner() {
    return engine.create(this);
  }

  /** Creates a learner with the initial parameters on a device; the caller closes it. */
  public Learner newLearner(Device device) {
    return engine.create(this, device);
  }

  /** This network on another kind of devices; the engine must compute on them. */
  public NetworkSpec on(Device.Kind kind) {
    return new NetworkSpec(architecture, input, outputs, loss, seed, engine.on(kind).orElseThrow());
  }

  /** Layout of the parameters. */
  public ParameterLayout layout() {
    return engine.layout(this);
  }

  /**
   * Versions that must be equal for bitwise identical runs; see {@link LearnerFactory}; also the
   * device.
   */
  public Map<String, String> versions() {
    Map<String, String> versions = engine.versions(architecture);
    if (engine.device() == Device.Kind.CPU) {
      return versions;
    }
    Map<String, String> withDevice = new TreeMap<>(versions);
    withDevice.put(DEVICE, "cuda");
    return withDevice;
  }

  /** The {@link #versions} in one line; equal lines mean bitwise identical results. */
  public String kernels() {
    return new TreeMap<>(versions()).toString();
  }

  /** Number of classes; 0 for regression. */
  public int classes() {
    return loss.classes(outputs);
  }
}

package io.centroid.nn;

import io.centroid.device.Device;
import io.centroid.device.GpuBackend;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The CPU engine under the name {@code gpus}, which says that it has code for GPUs of 1.0. */
public record FakeGpuEngine(Device.Kind device) implements LearnerFactory {
  private static final CpuEngine CPU = new CpuEngine();

  @Override
  public String name() {
    return "gpus";
  }

  @Override
  public boolean supports(Architecture architecture) {
    return CPU.supports(architecture);
  }

  @Override
  public Learner create(NetworkSpec spec) {
    return CPU.create(spec);
  }

  @Override
  public Optional<LearnerFactory> on(Device.Kind kind) {
    return Optional.of(new FakeGpuEngine(kind));
  }

  @Override
  public Optional<GpuBackend> gpus() {
    return Optional.of(new GpuBackend("the fake", List.of(10), 580));
  }

  @Override
  public ParameterLayout layout(NetworkSpec spec) {
    return CPU.layout(spec);
  }

  @Override
  public Map<String, String> versions() {
    return Map.of("engine", name());
  }
}

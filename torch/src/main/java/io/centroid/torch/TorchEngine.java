package io.centroid.torch;

import io.centroid.device.Device;
import io.centroid.device.GpuBackend;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Learner;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engine of dense networks and GPT-2 on LibTorch. Layouts and initial parameters equal those of
 * {@link CpuEngine}.
 *
 * @param device kind of the devices on which tasks compute
 */
public record TorchEngine(Device.Kind device) implements LearnerFactory {
  private static final CpuEngine CPU = new CpuEngine();

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public boolean supports(Architecture architecture) {
    return CPU.supports(architecture);
  }

  @Override
  public Learner create(NetworkSpec spec) {
    return create(spec, Device.CPU);
  }

  @Override
  public Learner create(NetworkSpec spec, Device on) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<LearnerFactory> on(Device.Kind kind) {
    return Optional.of(new TorchEngine(kind));
  }

  @Override
  public Optional<GpuBackend> gpus() {
    return Optional.of(
        new GpuBackend("LibTorch 2.10.0 for CUDA 13.1", List.of(75, 80, 90, 100, 120), 580));
  }

  @Override
  public ParameterLayout layout(NetworkSpec spec) {
    return CPU.layout(spec);
  }

  @Override
  public Optional<String> linearOutput(NetworkSpec spec) {
    return CPU.linearOutput(spec);
  }

  @Override
  public Map<String, String> versions() {
    return Map.of("engine", name());
  }
}

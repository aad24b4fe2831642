package io.centroid.torch;

import io.centroid.device.Device;
import io.centroid.device.GpuBackend;
import io.centroid.device.GpuCheck;
import io.centroid.device.GpuReport;
import io.centroid.error.InputException;
import io.centroid.nn.Architecture;
import io.centroid.nn.CnnNetwork;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.DenseNetwork;
import io.centroid.nn.Learner;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Initialization;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.OpenBlas;
import io.centroid.nn.matrix.Precision;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The engine of dense and convolutional networks and of GPT-2 on LibTorch. Layouts equal those of
 * the other engines, initial parameters those of {@link CpuEngine}.
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
    return architecture instanceof Architecture.Cnn || CPU.supports(architecture);
  }

  /** Has each of them. */
  @Override
  public void require(Precision precision) {}

  @Override
  public Learner create(NetworkSpec spec) {
    return create(spec, Device.CPU);
  }

  @Override
  public Learner create(NetworkSpec spec, Device on) {
    LibTorch.require();
    org.bytedeco.pytorch.Device place = TorchDevices.of(on);
    return create(spec, place, place.is_cuda());
  }

  /**
   * Creates a learner.
   *
   * @param mirrored whether the device has memory of its own
   */
  static Learner create(NetworkSpec spec, org.bytedeco.pytorch.Device place, boolean mirrored) {
    ParameterLayout layout = layoutOf(spec);
    Learner learner =
        LibTorch.call(
            () ->
                spec.architecture() instanceof Architecture.Gpt2 gpt2
                    ? new Gpt2TorchLearner(spec, gpt2, layout, place, mirrored)
                    : new FeedForwardTorchLearner(spec, layout, place, mirrored));
    initialize(spec, layout, learner.parameters());
    return learner;
  }

  @Override
  public Optional<LearnerFactory> on(Device.Kind kind) {
    return kind == Device.Kind.CPU || LibTorch.isBuiltForGpus()
        ? Optional.of(new TorchEngine(kind))
        : Optional.empty();
  }

  /**
   * Those of LibTorch's build for CUDA, if that is on the class path: the driver need not load it.
   */
  @Override
  public Optional<GpuBackend> gpus() {
    return LibTorch.isBuiltForGpus() ? Optional.of(LibTorch.GPUS) : Optional.empty();
  }

  @Override
  public Optional<String> gpuObstacle() {
    return LibTorch.gpuObstacle();
  }

  /**
   * The first usable GPU that this process sees.
   *
   * @param option the option that asks for it
   * @throws InputException if there is none, or LibTorch's build on the class path is for CPUs
   */
  public static Device firstGpu(String option) {
    if (!LibTorch.isBuiltForGpus()) {
      throw new InputException(
          option
              + " needs LibTorch's GPU build on the class path, found the one for CPUs: mvn -Pcuda"
              + " package makes it (docs/gpu.md)");
    }
    GpuReport report =
        GpuReport.ofThisJvm("this process", Optional.empty()).unless(LibTorch::gpuObstacle);
    GpuCheck check = GpuCheck.of(LibTorch.GPUS, report, 0);
    if (check.usable().isEmpty()) {
      throw new InputException(option + ": " + check.problems().get(0));
    }
    return Device.cuda(check.usable().get(0).address());
  }

  /** Computed without LibTorch, which the driver may be unable to load. */
  @Override
  public float[] initialParameters(NetworkSpec spec) {
    ParameterLayout layout = layout(spec);
    try (FloatVector parameters = FloatVector.allocate(layout.parameterCount())) {
      initialize(spec, layout, parameters);
      float[] initial = new float[Math.toIntExact(layout.parameterCount())];
      parameters.store(initial);
      return initial;
    }
  }

  private static void initialize(NetworkSpec spec, ParameterLayout layout, FloatVector parameters) {
    Architecture architecture = spec.architecture();
    if (architecture instanceof Architecture.Mlp mlp) {
      DenseNetwork.initialize(spec, mlp, parameters);
    } else if (architecture instanceof Architecture.Cnn cnn) {
      CnnNetwork.initialize(spec, cnn, parameters);
    } else if (architecture instanceof Architecture.Gpt2 gpt2) {
      Gpt2Initialization.fill(gpt2.config(), layout, parameters, spec.seed());
    }
  }

  @Override
  public ParameterLayout layout(NetworkSpec spec) {
    return layoutOf(spec);
  }

  private static ParameterLayout layoutOf(NetworkSpec spec) {
    return spec.architecture() instanceof Architecture.Cnn cnn
        ? CnnNetwork.layout(spec, cnn)
        : CPU.layout(spec);
  }

  @Override
  public Optional<String> linearOutput(NetworkSpec spec) {
    return spec.architecture() instanceof Architecture.Cnn cnn
        ? Optional.of(Integer.toString(CnnNetwork.firstDense(cnn) + cnn.hidden().size()))
        : CPU.linearOutput(spec);
  }

  @Override
  public Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put("engine", name());
    versions.put("pytorch", LibTorch.VERSION);
    // Raise it with every change that makes results bitwise different.
    versions.put("kernels", "1");
    if (device == Device.Kind.CPU) {
      versions.putAll(OpenBlas.versions());
      versions.put("instructions", LibTorch.instructions());
    }
    return versions;
  }
}

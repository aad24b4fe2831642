package io.centroid.cli.doctor;

import io.centroid.config.RunConfig.Compute.DeviceKind;
import io.centroid.device.Device;
import io.centroid.device.GpuBackend;
import io.centroid.device.GpuCheck;
import io.centroid.device.GpuReport;
import io.centroid.device.NvidiaSmi;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.run.device.DeviceChoice;
import io.centroid.spark.session.JobSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks of GPUs and of Spark's settings for them. */
final class GpuChecks {
  private static final NvidiaSmi SMI = new NvidiaSmi("nvidia-smi", Duration.ofSeconds(5));
  private static final String SCRIPT = "spark.executor.resource.gpu.discoveryScript";
  private static final String ON_CPU = "--set compute.device=cpu";

  private GpuChecks() {}

  /** Tells which GPUs this machine has, and which engines have code for them. */
  static Outcome machine(Engines engines) {
    return machine(engines, GpuReport.ofThisJvm("this machine", SMI));
  }

  static Outcome machine(Engines engines, GpuReport report) {
    if (report.gpus().isEmpty()) {
      return Outcome.ok("none: " + report.absence());
    }
    List<Finding> notes = new ArrayList<>();
    for (LearnerFactory engine : engines.available()) {
      engine
          .on(Device.Kind.CUDA)
          .flatMap(LearnerFactory::gpus)
          .map(backend -> GpuCheck.of(backend, report, 0).problems())
          .orElse(List.of("compute.engine = " + engine.name() + " computes on CPUs"))
          .forEach(
              problem -> notes.add(Finding.note(problem, "This engine does not use the GPU.")));
    }
    boolean isUsed = notes.size() < engines.available().size();
    return Outcome.of(names(report), isUsed ? List.of() : notes);
  }

  /**
   * Checks the devices of a run.
   *
   * @param engine engine of its network
   * @param bfloat16 whether products are computed in bfloat16
   * @param bytes estimate of the memory of a worker on its GPU
   */
  static Outcome run(
      DeviceKind device,
      LearnerFactory engine,
      boolean bfloat16,
      JobSettings spark,
      boolean isLocal,
      long bytes) {
    if (device == DeviceKind.CPU) {
      return Outcome.skipped("compute.device = cpu");
    }
    Optional<GpuBackend> backend =
        engine
            .on(Device.Kind.CUDA)
            .flatMap(LearnerFactory::gpus)
            .map(
                all ->
                    bfloat16
                        ? all.forWork("compute.precision = bfloat16", DeviceChoice.BFLOAT16)
                        : all);
    if (backend.isEmpty()) {
      return Outcome.skipped("compute.engine = " + engine.name() + " computes on CPUs");
    }
    return isLocal
        ? local(device, backend.get(), GpuReport.ofThisJvm("this machine", SMI), bytes)
        : cluster(device, spark);
  }

  /** Checks the GPUs of this machine. */
  static Outcome local(DeviceKind device, GpuBackend backend, GpuReport report, long bytes) {
    if (report.gpus().isEmpty() && device == DeviceKind.AUTO) {
      return Outcome.ok("none, the workers compute on CPUs: " + report.absence());
    }
    List<Finding> findings = new ArrayList<>();
    for (String problem : GpuCheck.of(backend, report, bytes).problems()) {
      findings.add(
          device == DeviceKind.CUDA
              ? Finding.of(problem, "compute.device = cuda needs every GPU; the run stops.", ON_CPU)
              : Finding.note(
                  problem, "compute.device = auto: the workers compute on CPUs.", ON_CPU));
    }
    return Outcome.of(report.gpus().isEmpty() ? "none" : names(report), findings);
  }

  /** Checks Spark's settings for the GPUs of executors. */
  static Outcome cluster(DeviceKind device, JobSettings spark) {
    if (device == DeviceKind.AUTO && spark.gpus() == 0) {
      return Outcome.ok("the executors request none, the workers compute on CPUs");
    }
    List<Finding> findings = new ArrayList<>();
    spark
        .gpuProblem()
        .ifPresent(
            problem -> {
              String change = "--conf spark.executor.resource.gpu.amount=1";
              findings.add(
                  device == DeviceKind.CUDA
                      ? Finding.of(problem, "No task would have a GPU; the run stops.", change)
                      : Finding.note(problem, "The workers compute on CPUs.", change));
            });
    if (spark.gpus() > 0 && spark.hasContainers() && spark.property(SCRIPT).isEmpty()) {
      findings.add(
          Finding.of(
              SCRIPT + " is not set",
              "An executor finds the addresses of its GPUs with it, and fails without.",
              "--conf " + SCRIPT + "=deploy/gpu/discover-gpus.sh"));
    }
    return Outcome.of("executors request " + spark.gpus() + " each", findings);
  }

  private static String names(GpuReport report) {
    return String.join(", ", report.gpus().stream().map(gpu -> gpu.name()).toList());
  }
}

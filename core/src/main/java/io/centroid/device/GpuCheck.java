package io.centroid.device;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether an engine can compute on the GPUs of a JVM.
 *
 * @param usable the devices on which it can
 * @param problems one line for each device on which it cannot, or one if there is none
 */
public record GpuCheck(List<Gpu> usable, List<String> problems) {
  public GpuCheck {
    usable = List.copyOf(usable);
    problems = List.copyOf(problems);
  }

  /**
   * Checks devices.
   *
   * @param backend what the engine's library has code for
   * @param neededBytes estimate of the memory that a task needs on its device; 0: unknown
   */
  public static GpuCheck of(GpuBackend backend, GpuReport report, long neededBytes) {
    if (report.gpus().isEmpty()) {
      return new GpuCheck(
          List.of(), List.of(report.place() + ": no GPU can be used: " + report.absence()));
    }
    List<Gpu> usable = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Gpu gpu : report.gpus()) {
      String problem = problem(backend, gpu, neededBytes);
      if (problem.isEmpty()) {
        usable.add(gpu);
      } else {
        problems.add(report.place() + ": GPU " + gpu.address() + ": " + problem);
      }
    }
    return new GpuCheck(usable, problems);
  }

  private static String problem(GpuBackend backend, Gpu gpu, long neededBytes) {
    if (backend.capabilities().stream().noneMatch(code -> runs(code, gpu.capability()))) {
      return gpu.name()
          + " has compute capability "
          + Gpu.capability(gpu.capability())
          + "; "
          + backend.library()
          + " has code for "
          + (backend.capabilities().isEmpty() ? "none" : "")
          + backend.capabilities().stream()
              .sorted()
              .map(Gpu::capability)
              .collect(Collectors.joining(", "));
    }
    if (gpu.driverMajor() < backend.minimumDriver()) {
      return backend.library()
          + " needs the NVIDIA driver "
          + backend.minimumDriver()
          + " or later, found "
          + gpu.driver();
    }
    if (gpu.freeBytes() < neededBytes) {
      return String.format(
          "%s has %s of %s memory free, a task needs about %s: end other processes on it, lower"
              + " train.batch-size, train.micro-batch or data.block, or set"
              + " compute.activation-checkpointing = true",
          gpu.name(),
          Gpu.gibibytes(gpu.freeBytes()),
          Gpu.gibibytes(gpu.totalBytes()),
          Gpu.gibibytes(neededBytes));
    }
    return "";
  }

  /** Whether machine code for a capability runs on a device: same major version, minor at least. */
  private static boolean runs(int code, int device) {
    return code / 10 == device / 10 && code <= device;
  }
}

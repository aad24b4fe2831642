package io.centroid.run.device;

import io.centroid.config.RunConfig.Compute.DeviceKind;
import io.centroid.device.Device;
import io.centroid.device.Gpu;
import io.centroid.device.GpuBackend;
import io.centroid.device.GpuCheck;
import io.centroid.device.GpuReport;
import io.centroid.error.InputException;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.MemoryEstimate;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.matrix.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Decides once, on the driver, on which devices the tasks of a run compute, by what the JVMs in
 * which they run report about their GPUs.
 */
public final class DeviceChoice {
  /** Compute capability from which GPUs multiply bfloat16. */
  public static final int BFLOAT16 = 80;

  private final DeviceKind wanted;
  private final Optional<GpuBackend> backend;
  private final List<GpuReport> reports;
  private final Consumer<String> notes;
  private final Consumer<String> details;

  private DeviceChoice(
      DeviceKind wanted,
      Optional<GpuBackend> backend,
      List<GpuReport> reports,
      Consumer<String> notes,
      Consumer<String> details) {
    this.wanted = wanted;
    this.backend = backend;
    this.reports = List.copyOf(reports);
    this.notes = notes;
    this.details = details;
  }

  /**
   * Examines the GPUs, if the configuration and the engine leave them open.
   *
   * @param wanted {@code compute.device}
   * @param engine engine of the network
   * @param precision {@code compute.precision}
   * @param gpus asks the JVMs in which the workers run, with the engine on GPUs
   * @param notes receives the decision for {@code auto}
   * @param details receives the estimate of the memory
   * @throws InputException if the device is {@code cuda} and a GPU cannot be used, or there is none
   */
  public static DeviceChoice examine(
      DeviceKind wanted,
      LearnerFactory engine,
      Precision precision,
      Function<LearnerFactory, List<GpuReport>> gpus,
      Consumer<String> notes,
      Consumer<String> details) {
    Optional<LearnerFactory> onGpus =
        wanted == DeviceKind.CPU ? Optional.empty() : engine.on(Device.Kind.CUDA);
    Optional<GpuBackend> backend = onGpus.flatMap(LearnerFactory::gpus);
    if (precision == Precision.BFLOAT16) {
      backend = backend.map(all -> all.forWork("compute.precision = bfloat16", BFLOAT16));
    }
    DeviceChoice choice =
        new DeviceChoice(
            wanted,
            backend,
            backend.isPresent() ? gpus.apply(onGpus.orElseThrow()) : List.of(),
            notes,
            details);
    if (wanted == DeviceKind.CUDA) {
      choice.requireUsable(0);
    }
    return choice;
  }

  /**
   * The network with its engine on the chosen devices.
   *
   * @param network network with its engine on the CPU, or as {@code compute.device} says
   * @param moments number of state vectors of the inner optimizer
   * @param batchSize number of examples of a local step
   * @throws InputException if the device is {@code cuda} and a GPU has too little free memory
   */
  public NetworkSpec place(NetworkSpec network, int moments, int batchSize) {
    if (backend.isEmpty()) {
      return network;
    }
    Optional<MemoryEstimate> estimate = MemoryEstimate.of(network, moments, batchSize);
    long needed = estimate.map(MemoryEstimate::onGpu).orElse(0L);
    if (wanted == DeviceKind.CUDA) {
      requireUsable(needed);
      noteModels(List.of());
    } else if (!decide(needed)) {
      return network;
    }
    estimate.map(MemoryEstimate::description).ifPresent(details);
    return network.on(Device.Kind.CUDA);
  }

  /** Decides for {@code auto}, and says why. */
  private boolean decide(long neededBytes) {
    List<String> problems = problems(neededBytes);
    noteModels(problems);
    notes.accept(
        "compute.device = auto: "
            + (problems.isEmpty()
                ? "cuda, since " + backend.orElseThrow().library() + " can use " + found()
                : "cpu, since " + shown(problems)));
    return problems.isEmpty();
  }

  private String found() {
    int gpus = reports.stream().mapToInt(report -> report.gpus().size()).sum();
    return (gpus == 1 ? "the GPU of " : "all " + gpus + " GPUs of ")
        + (reports.size() == 1 ? reports.get(0).place() : reports.size() + " executors");
  }

  private void requireUsable(long neededBytes) {
    List<String> problems = problems(neededBytes);
    if (!problems.isEmpty()) {
      throw new InputException("compute.device = cuda: " + shown(problems));
    }
  }

  private List<String> problems(long neededBytes) {
    if (reports.isEmpty()) {
      return List.of("no executor has reported its GPUs");
    }
    List<String> problems = new ArrayList<>();
    Map<String, String> places = new HashMap<>();
    for (GpuReport report : reports) {
      problems.addAll(GpuCheck.of(backend.orElseThrow(), report, neededBytes).problems());
      for (Gpu gpu : report.gpus()) {
        String other = places.put(gpu.uuid(), report.place());
        if (other != null) {
          problems.add(
              report.place()
                  + ": GPU "
                  + gpu.address()
                  + " is also that of "
                  + other
                  + ", and tasks of both would share it: the cluster manager must isolate the GPUs"
                  + " of executors on a host");
        }
      }
    }
    return problems;
  }

  /** Results are bitwise reproducible on GPUs of one model only. */
  private void noteModels(List<String> problems) {
    List<String> models =
        reports.stream()
            .flatMap(report -> report.gpus().stream())
            .map(Gpu::name)
            .distinct()
            .sorted()
            .toList();
    if (problems.isEmpty() && models.size() > 1) {
      notes.accept(
          "the GPUs are of different models, so results are not bitwise reproducible: "
              + String.join(", ", models));
    }
  }

  private static String shown(List<String> problems) {
    int more = problems.size() - 1;
    return problems.get(0) + (more == 0 ? "" : " (and " + more + " more)");
  }
}

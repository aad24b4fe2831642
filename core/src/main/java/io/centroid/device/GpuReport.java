package io.centroid.device;

import io.centroid.error.InputException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The GPUs on which the tasks of one JVM may compute.
 *
 * @param place JVM and host, for messages
 * @param gpus devices, with the addresses of {@link NvidiaSmi}
 * @param absence why there are none, in one line; empty if there are some
 */
public record GpuReport(String place, List<Gpu> gpus, String absence) implements Serializable {
  private static final String ORDER = "CUDA_DEVICE_ORDER";

  public GpuReport {
    gpus = List.copyOf(gpus);
  }

  /** This report, or one without GPUs if there is an obstacle to using them. */
  public GpuReport unless(Supplier<Optional<String>> obstacle) {
    return gpus.isEmpty() ? this : obstacle.get().map(reason -> none(place, reason)).orElse(this);
  }

  /** A report without GPUs. */
  public static GpuReport none(String place, String absence) {
    return new GpuReport(place, List.of(), absence);
  }

  /**
   * Examines this JVM.
   *
   * @param place JVM and host, for messages
   * @param assigned addresses that the cluster manager assigned to the JVM; empty: all visible ones
   */
  public static GpuReport ofThisJvm(String place, Optional<List<String>> assigned) {
    return of(
        place,
        NvidiaSmi.ON_PATH,
        System.getenv(VisibleDevices.VARIABLE),
        System.getenv(ORDER),
        assigned);
  }

  /** Examines this JVM by a given nvidia-smi. */
  public static GpuReport ofThisJvm(String place, NvidiaSmi smi) {
    return of(
        place, smi, System.getenv(VisibleDevices.VARIABLE), System.getenv(ORDER), Optional.empty());
  }

  static GpuReport of(
      String place,
      NvidiaSmi smi,
      @Nullable String variable,
      @Nullable String order,
      Optional<List<String>> assigned) {
    try {
      List<Gpu> machine = smi.gpus();
      if (machine.isEmpty()) {
        return none(place, smi.program() + " found no devices");
      }
      VisibleDevices visible = VisibleDevices.of(variable, machine);
      if (visible.gpus().isEmpty()) {
        return none(
            place,
            String.format(
                Locale.ROOT,
                "%s=%s hides all %d GPUs of this process",
                VisibleDevices.VARIABLE,
                variable,
                machine.size()));
      }
      if (isAmbiguous(machine, order)) {
        return none(
            place,
            ORDER
                + " must be PCI_BUS_ID, so that CUDA numbers different GPUs as nvidia-smi does: "
                + Objects.requireNonNullElse(order, "not set"));
      }
      return new GpuReport(
          place,
          assigned.map(own -> own.stream().map(visible::gpu).toList()).orElse(visible.gpus()),
          "");
    } catch (InputException e) {
      return none(place, Objects.requireNonNull(e.getMessage()));
    }
  }

  /** CUDA's own order is by speed, which is the order of the bus if all are of one model. */
  private static boolean isAmbiguous(List<Gpu> machine, @Nullable String order) {
    return !"PCI_BUS_ID".equals(order)
        && machine.stream().map(Gpu::name).distinct().count() > 1
        && machine.stream().noneMatch(Gpu::isInstance);
  }
}

package io.centroid.device;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The devices that the CUDA runtime of a process uses, in the order of its ordinals (CUDA C++
 * Programming Guide, "CUDA Environment Variables"). The order of indices is that of nvidia-smi only
 * with {@code CUDA_DEVICE_ORDER=PCI_BUS_ID}.
 *
 * @param gpus visible devices by ordinal
 */
public record VisibleDevices(List<Gpu> gpus) {
  /** Environment variable that selects devices. */
  public static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

  public VisibleDevices {
    gpus = List.copyOf(gpus);
  }

  /**
   * The devices of the machine that a value of {@link #VARIABLE} selects. As in CUDA, a negative
   * index ends the list, and of several MIG instances a process uses the first one.
   *
   * @param variable indices, UUIDs or unique beginnings of UUIDs, separated by commas; empty: none;
   *     null, not set: all
   * @param machine GPUs of the machine, as {@link NvidiaSmi} lists them
   * @throws InputException if an entry names no device, or one of several
   */
  public static VisibleDevices of(@Nullable String variable, List<Gpu> machine) {
    if (variable == null) {
      List<Gpu> whole = machine.stream().filter(gpu -> !gpu.isInstance()).toList();
      return new VisibleDevices(whole.isEmpty() ? machine.stream().limit(1).toList() : whole);
    }
    List<Gpu> visible = new ArrayList<>();
    for (String entry : variable.isBlank() ? new String[0] : variable.split(",", -1)) {
      String address = entry.strip();
      if (address.matches("-\\d+")) {
        break;
      }
      Gpu gpu = find(address, machine, VARIABLE + "=" + InputErrors.shorten(variable));
      if (!visible.contains(gpu)) {
        visible.add(gpu);
      }
    }
    return new VisibleDevices(
        visible.stream().anyMatch(Gpu::isInstance) ? visible.subList(0, 1) : visible);
  }

  /** Those of this JVM, once they have been found: a failure may pass. */
  private static @Nullable VisibleDevices ofThisJvm;

  /**
   * The ordinal of a device in the CUDA runtime of this process.
   *
   * @param address index in nvidia-smi, UUID, or unique beginning of a UUID
   * @throws InputException if nvidia-smi cannot be run, or the device is not visible here
   */
  public static synchronized int ordinal(String address) {
    VisibleDevices found = ofThisJvm;
    if (found == null) {
      found = of(System.getenv(VARIABLE), NvidiaSmi.ON_PATH.gpus());
      ofThisJvm = found;
    }
    return found.ordinalOf(address);
  }

  int ordinalOf(String address) {
    return gpus.indexOf(gpu(address));
  }

  /**
   * The visible device with an address.
   *
   * @throws InputException if there is none, or more than one
   */
  Gpu gpu(String address) {
    return find(address, gpus, "the GPU that the cluster manager assigned");
  }

  private static Gpu find(String address, List<Gpu> among, String place) {
    List<Gpu> exact =
        among.stream()
            .filter(gpu -> gpu.address().equals(address) || gpu.uuid().equals(address))
            .toList();
    List<Gpu> found =
        exact.isEmpty() && address.matches("(GPU|MIG)-.*")
            ? among.stream().filter(gpu -> gpu.uuid().startsWith(address)).toList()
            : exact;
    if (found.size() != 1) {
      throw new InputException(
          place
              + ": expected "
              + (found.isEmpty() ? "one of " + addresses(among) : "the beginning of one UUID")
              + ", found "
              + InputErrors.quote(address));
    }
    return found.get(0);
  }

  private static String addresses(List<Gpu> gpus) {
    return gpus.isEmpty()
        ? "the visible devices (none)"
        : "the devices " + String.join(", ", gpus.stream().map(Gpu::address).toList());
  }
}

package io.centroid.device;

import java.io.Serializable;
import java.util.Locale;

/**
 * A GPU or a MIG instance of one, as nvidia-smi reports it.
 *
 * @param address its address: the index of a GPU in the order of the PCI bus, or the UUID of a MIG
 *     instance
 * @param uuid UUID of the GPU or of the MIG instance
 * @param name name of the model, such as {@code NVIDIA H100 PCIe}
 * @param capability compute capability as 10 * major + minor, such as 90
 * @param totalBytes memory of the device; {@link #UNKNOWN} if nvidia-smi does not tell
 * @param freeBytes memory that no process uses; of a MIG instance at most that of its GPU
 * @param driver version of the NVIDIA driver, such as {@code 580.65.06}
 */
public record Gpu(
    String address,
    String uuid,
    String name,
    int capability,
    long totalBytes,
    long freeBytes,
    String driver)
    implements Serializable {

  /** Memory that nvidia-smi does not tell, more than any GPU has. */
  static final long UNKNOWN = Long.MAX_VALUE;

  /** Whether this is a MIG instance. */
  boolean isInstance() {
    return uuid.startsWith("MIG-");
  }

  /** Major version of the driver. */
  int driverMajor() {
    return Integer.parseInt(driver.substring(0, driver.indexOf('.')));
  }

  /** A compute capability as NVIDIA writes it, such as 9.0. */
  static String capability(int tenfold) {
    return tenfold / 10 + "." + tenfold % 10;
  }

  /** A number of bytes for messages, in GiB. */
  static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}

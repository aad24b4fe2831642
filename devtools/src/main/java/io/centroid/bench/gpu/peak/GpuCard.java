package io.centroid.bench.gpu.peak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A card as nvidia-smi names it.
 *
 * @param name name, such as {@code NVIDIA H200}; it ends with MIG if the card is divided, since one
 *     instance has a part of its peak
 * @param driver version of the driver
 * @param computeCapability compute capability, such as 9.0
 * @param memoryMiB memory of the card
 */
public record GpuCard(String name, String driver, String computeCapability, long memoryMiB) {

  /** The card at an address; empty if nvidia-smi is not on the PATH or does not know it. */
  public static Optional<GpuCard> at(String address) {
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--id=" + address,
                  "--query-gpu=name,driver_version,compute_cap,memory.total,mig.mode.current",
                  "--format=csv,noheader,nounits")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      return parse(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads a line of nvidia-smi; empty if it is not five values. */
  static Optional<GpuCard> parse(String line) {
    List<String> values = List.of(line.split(" *, *", -1));
    if (values.size() != 5 || !values.get(3).matches("\\d+")) {
      return Optional.empty();
    }
    String name = values.get(0) + (values.get(4).equals("Enabled") ? " MIG" : "");
    return Optional.of(
        new GpuCard(name, values.get(1), values.get(2), Long.parseLong(values.get(3))));
  }

  /** Whether its tensor cores multiply bfloat16: since compute capability 8.0. */
  public boolean hasBfloat16() {
    return computeCapability.matches("(8|9|\\d\\d+)\\.\\d+");
  }
}

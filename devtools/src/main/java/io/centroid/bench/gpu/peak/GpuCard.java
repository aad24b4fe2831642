package io.centroid.bench.gpu.peak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A card as nvidia-smi names it.
 *
 * @param name name, such as {@code NVIDIA H200}
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
                  "--query-gpu=name,driver_version,compute_cap,memory.total",
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

  /** Reads a line of nvidia-smi; empty if it is not four values. */
  static Optional<GpuCard> parse(String line) {
    List<String> values = List.of(line.split(" *, *", -1));
    if (values.size() != 4 || !values.get(3).matches("\\d+")) {
      return Optional.empty();
    }
    return Optional.of(
        new GpuCard(values.get(0), values.get(1), values.get(2), Long.parseLong(values.get(3))));
  }

  /** Whether its tensor cores multiply bfloat16: since compute capability 8.0. */
  public boolean hasBfloat16() {
    return computeCapability.matches("(8|9|\\d\\d+)\\.\\d+");
  }
}

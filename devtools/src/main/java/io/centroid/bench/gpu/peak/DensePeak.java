package io.centroid.bench.gpu.peak;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Peak of products in bfloat16 with sums in float32, as NVIDIA's data sheets have it, dense: where
 * a sheet names the figure with sparsity, half of it. Power and clock limits of a machine can lower
 * what its card reaches.
 */
public final class DensePeak {
  private static final List<DensePeak> KNOWN =
      List.of(
          new DensePeak("NVIDIA H200", 989),
          new DensePeak("NVIDIA H100 80GB HBM3", 989),
          new DensePeak("NVIDIA H100 PCIe", 756),
          new DensePeak("(NVIDIA )?A100-(SXM4|PCIE)-\\d+GB|NVIDIA A100 80GB PCIe", 312),
          new DensePeak("NVIDIA L40S", 362),
          new DensePeak("NVIDIA L4", 121),
          new DensePeak("NVIDIA A10", 125),
          new DensePeak("NVIDIA GeForce RTX 4090", 165));

  private final Pattern name;
  private final double teraFlops;

  private DensePeak(String name, double teraFlops) {
    this.name = Pattern.compile(name);
    this.teraFlops = teraFlops;
  }

  /**
   * Peak of a card by its whole name, in TFLOP/s. Cards with similar names have other peaks, and a
   * MIG instance has a part of its card's: they are unknown.
   */
  public static Optional<Double> of(String card) {
    return KNOWN.stream()
        .filter(known -> known.name.matcher(card).matches())
        .map(known -> known.teraFlops)
        .findFirst();
  }
}

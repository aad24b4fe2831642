package io.centroid.bench.gpu;

import io.centroid.bench.gpt2.Gpt2Shape;
import io.centroid.nn.matrix.Precision;
import java.util.List;

/**
 * What is measured on a device.
 *
 * @param shape GPT-2's sizes
 * @param precisions precisions of GPT-2
 * @param batch GPT-2's texts per step; 0: the largest that fits
 * @param steps GPT-2's steps per run
 * @param mnistBatches images per step
 * @param warmUps warm-up runs per system, which are not measured
 * @param runs measured runs per system
 * @param localSteps local steps of a round
 * @param rounds measured rounds
 */
public record GpuSettings(
    Gpt2Shape shape,
    List<Precision> precisions,
    int batch,
    int steps,
    List<Integer> mnistBatches,
    int warmUps,
    int runs,
    int localSteps,
    int rounds) {
  public GpuSettings {
    precisions = List.copyOf(precisions);
    mnistBatches = List.copyOf(mnistBatches);
  }
}

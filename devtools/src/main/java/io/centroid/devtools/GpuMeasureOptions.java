package io.centroid.devtools;

import static io.centroid.devtools.GpuModelOptions.requireAtLeast;

import io.centroid.bench.gpu.GpuSettings;
import io.centroid.nn.matrix.Precision;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code bench gpu} measures, and how often. */
final class GpuMeasureOptions {
  @Mixin private GpuModelOptions model;

  @Option(
      names = "--precision",
      paramLabel = "P",
      split = ",",
      defaultValue = "bfloat16,float32",
      description = "GPT-2: precisions of products (default: ${DEFAULT-VALUE}).")
  private List<Precision> precisions;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "GPT-2: texts per step. 0: doubled until the GPU is out of memory; with --against a"
              + " quarter of that (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "GPT-2's training steps per run; MNIST's network takes 50 times as many (default:"
              + " ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--mnist-batches",
      paramLabel = "N",
      split = ",",
      defaultValue = "64,4096",
      description = "MNIST: images per step (default: ${DEFAULT-VALUE}).")
  private List<Integer> mnistBatches;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "1",
      description = "Warm-up runs per system (default: ${DEFAULT-VALUE}).")
  private int warmUps;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measured runs per system (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--local-steps",
      paramLabel = "H",
      defaultValue = "100",
      description = "Local steps of a round whose parts are timed (default: ${DEFAULT-VALUE}).")
  private int localSteps;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds whose parts are timed (default: ${DEFAULT-VALUE}).")
  private int rounds;

  /**
   * Returns the settings.
   *
   * @throws io.centroid.error.InputException if one is invalid
   */
  GpuSettings settings() {
    requireAtLeast(0, "--batch", batch);
    requireAtLeast(1, "--steps", steps);
    mnistBatches.forEach(each -> requireAtLeast(1, "--mnist-batches", each));
    requireAtLeast(0, "--warm-ups", warmUps);
    requireAtLeast(1, "--runs", runs);
    requireAtLeast(1, "--local-steps", localSteps);
    requireAtLeast(1, "--rounds", rounds);
    return new GpuSettings(
        model.shape(), precisions, batch, steps, mnistBatches, warmUps, runs, localSteps, rounds);
  }
}

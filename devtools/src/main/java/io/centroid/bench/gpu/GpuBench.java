package io.centroid.bench.gpu;

import io.centroid.bench.PyTorch;
import io.centroid.bench.gpu.peak.DensePeak;
import io.centroid.bench.gpu.peak.GpuCard;
import io.centroid.device.Device;
import io.centroid.nn.matrix.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures a device: training steps, alone or against PyTorch, and the parts of a round. */
public final class GpuBench {
  /** Largest batch that the search tries. */
  private static final int LARGEST_BATCH = 1 << 12;

  /** Part of the largest batch that each system gets if several share the card's memory. */
  private static final int SHARES = 4;

  /** Steps of MNIST's small network per step of GPT-2. */
  private static final int SMALL_STEPS = 50;

  private final Device device;
  private final GpuSettings settings;
  private final Consumer<String> progress;
  private final List<GpuBenchReport.LargestBatch> largestBatches = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  public GpuBench(Device device, GpuSettings settings, Consumer<String> progress) {
    this.device = device;
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Measures everything.
   *
   * @param pyTorch PyTorch to compare with; null: alone
   * @param peakTeraFlops the card's dense peak in bfloat16; empty: that of the table
   * @throws io.centroid.error.InputException if the device cannot be used
   */
  public GpuBenchReport run(@Nullable PyTorch pyTorch, Optional<Double> peakTeraFlops) {
    Optional<GpuCard> card =
        device.kind() == Device.Kind.CPU ? Optional.empty() : GpuCard.at(device.address());
    Optional<Double> peak =
        peakTeraFlops.or(() -> card.flatMap(known -> DensePeak.of(known.name())));
    note(card, peak);
    List<GpuCase> cases = new ArrayList<>(gpt2(pyTorch != null));
    settings
        .mnistBatches()
        .forEach(
            batch -> {
              int steps = SMALL_STEPS * settings.steps();
              cases.add(new MnistTraining(false, batch, steps));
              cases.add(new MnistTraining(true, batch, steps));
            });
    List<GpuResult> results = results(cases, pyTorch);
    List<GpuBenchReport.Round> rounds = rounds(cases);
    notes.add("network: not part of this benchmark; a run's metrics contain it");
    return new GpuBenchReport(
        device, card, peak, largestBatches, results, settings.localSteps(), rounds, notes);
  }

  private void note(Optional<GpuCard> card, Optional<Double> peak) {
    if (card.isPresent() && !card.get().hasBfloat16()) {
      notes.add("this card multiplies no bfloat16: no share of a peak");
    } else if (device.kind() == Device.Kind.CUDA && peak.isEmpty()) {
      notes.add("the card's peak is unknown: no share of it (--peak-tflops names the peak)");
    }
  }

  private List<Gpt2Training> gpt2(boolean shared) {
    List<Gpt2Training> trainings = new ArrayList<>();
    for (Precision precision : settings.precisions()) {
      Gpt2Training one = new Gpt2Training(settings.shape(), precision, 1, settings.steps());
      trainings.add(one.withBatch(settings.batch() > 0 ? settings.batch() : search(one, shared)));
    }
    return trainings;
  }

  private int search(Gpt2Training one, boolean shared) {
    if (device.kind() == Device.Kind.CPU) {
      notes.add(one.name() + ": batch 1, the largest is not searched on a CPU");
      return 1;
    }
    // One step decides.
    int largest =
        BatchSearchProcess.largest(
            new Gpt2Training(one.shape(), one.precision(), 1, 1), device, LARGEST_BATCH);
    progress.accept(one.name() + ": largest batch " + largest);
    largestBatches.add(new GpuBenchReport.LargestBatch(one, largest));
    notes.add(
        one.name()
            + ": largest batch "
            + largest
            + (shared ? ", of which a quarter is measured, since systems share the card" : ""));
    return Math.max(1, shared ? largest / SHARES : largest);
  }

  private List<GpuResult> results(List<GpuCase> cases, @Nullable PyTorch pyTorch) {
    List<GpuSystem> systems = new ArrayList<>();
    try {
      systems.add(new CentroidGpu(device));
      if (pyTorch != null) {
        systems.add(new PyTorchGpu(pyTorch, device, false));
        systems.add(new PyTorchGpu(pyTorch, device, true));
      }
      return new AlternatingGpuRuns(settings.warmUps(), settings.runs(), progress)
          .run(cases, systems);
    } finally {
      systems.forEach(GpuSystem::close);
    }
  }

  /** Rounds of GPT-2 in its first precision, and of each batch of MNIST. */
  private List<GpuBenchReport.Round> rounds(List<GpuCase> cases) {
    List<GpuBenchReport.Round> rounds = new ArrayList<>();
    RoundSplit split = new RoundSplit(settings.localSteps(), settings.rounds());
    boolean had = false;
    for (GpuCase what : cases) {
      boolean repeats = had && what instanceof Gpt2Training;
      had |= what instanceof Gpt2Training;
      if (repeats) {
        continue;
      }
      try {
        rounds.add(new GpuBenchReport.Round(what, split.measure(what, device)));
        progress.accept(what.name() + ": " + settings.rounds() + " rounds");
      } catch (NotMeasuredException e) {
        notes.add(what.name() + ", round: not measured, " + e.getMessage());
      }
    }
    return rounds;
  }
}

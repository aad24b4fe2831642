package io.centroid.devtools;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.PyTorch;
import io.centroid.bench.gpu.GpuBench;
import io.centroid.bench.gpu.GpuBenchReport;
import io.centroid.bench.gpu.GpuSettings;
import io.centroid.bench.gpu.ParityCheck;
import io.centroid.bench.gpu.peak.GpuCard;
import io.centroid.device.Device;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.torch.TorchEngine;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench gpu}: measures one GPU through the engine torch. */
@Command(
    name = "gpu",
    description = {
      "Measure one GPU: training steps of GPT-2 small and of MNIST's network by the engine torch,"
          + " and the parts of a round.",
      "Weights and data are random. With --against, the systems alternate. Prints medians with"
          + " quartiles, and ratios run by run. Large models need a larger heap:"
          + " CENTROID_DRIVER_MEMORY=8g for GPT-2 small."
    },
    footer = {"", "Example:", "  centroid bench gpu --against pytorch"},
    mixinStandardHelpOptions = true)
final class BenchGpuCommand implements Callable<Integer> {
  /** Systems that Centroid is compared with. */
  enum Other {
    PYTORCH
  }

  @Option(
      names = "--device",
      paramLabel = "cuda|cpu",
      defaultValue = "cuda",
      description =
          "Device; cpu rehearses the benchmark without a GPU (default: ${DEFAULT-VALUE}).")
  private Device.Kind kind;

  @Option(
      names = "--address",
      paramLabel = "N",
      defaultValue = "0",
      description = "Index of the GPU (default: ${DEFAULT-VALUE}).")
  private int address;

  @Option(
      names = "--check",
      description =
          "Measure nothing; compare gradients with those of the engine cpu, and two trainings bit"
              + " by bit.")
  private boolean check;

  @Option(
      names = "--peak-tflops",
      paramLabel = "N",
      description =
          "Dense bfloat16 peak of the card in TFLOP/s (default: the vendor's figure for well-known"
              + " cards).")
  private @Nullable Double peak;

  @Option(
      names = "--against",
      paramLabel = "pytorch",
      description =
          "Compare with PyTorch, eager and compiled, in alternating runs and print ratios; needs a"
              + " Python with torch.")
  private @Nullable Other against;

  @Mixin private PythonOption python;

  @Mixin private GpuMeasureOptions options;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException {
    GpuModelOptions.requireAtLeast(0, "--address", address);
    if (peak != null && !(peak > 0 && Double.isFinite(peak))) {
      throw new InputException("--peak-tflops must be > 0: " + peak);
    }
    GpuSettings settings = options.settings();
    Device device = kind == Device.Kind.CPU ? Device.CPU : Device.cuda(Integer.toString(address));
    PyTorch pyTorch = against == Other.PYTORCH ? python.pyTorch() : null;
    if (kind == Device.Kind.CUDA) {
      // Its checks; which GPU is measured is the user's choice.
      Device unused = TorchEngine.firstGpu("--device cuda");
    }
    output.createFolder();
    return check ? check(device) : measure(device, settings, pyTorch);
  }

  private int measure(Device device, GpuSettings settings, @Nullable PyTorch pyTorch)
      throws IOException {
    GpuBenchReport report =
        new GpuBench(device, settings, output::progress).run(pyTorch, Optional.ofNullable(peak));
    Map<String, String> versions = versions(device);
    if (pyTorch != null) {
      versions.put("torch", pyTorch.version());
    }
    output.print(versions, report.toJson(), report.toText(), Map.of());
    return ExitCode.DONE;
  }

  private int check(Device device) throws IOException {
    List<ParityCheck.Outcome> outcomes = new ParityCheck(device).run();
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("device", device.toString());
    for (ParityCheck.Outcome outcome : outcomes) {
      json.withArray("checks")
          .addObject()
          .put("name", outcome.name())
          .put("value", outcome.value())
          .put("limit", outcome.limit())
          .put("passed", outcome.passed());
    }
    output.print(
        versions(device),
        json,
        outcomes.stream().map(BenchGpuCommand::line).collect(Collectors.joining()),
        Map.of());
    return outcomes.stream().allMatch(ParityCheck.Outcome::passed)
        ? ExitCode.DONE
        : ExitCode.FAILED;
  }

  private static String line(ParityCheck.Outcome outcome) {
    return String.format(
        Locale.ROOT,
        "%s  %s %.3g, limit %.3g%n",
        outcome.passed() ? "passed" : "FAILED",
        outcome.name(),
        outcome.value(),
        outcome.limit());
  }

  private static Map<String, String> versions(Device device) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("libtorch", new TorchEngine(device.kind()).versions().get("pytorch"));
    if (device.kind() == Device.Kind.CUDA) {
      Optional<GpuCard> card = GpuCard.at(device.address());
      versions.put("gpu", card.map(GpuCard::name).orElse("unknown"));
      versions.put("driver", card.map(GpuCard::driver).orElse("unknown"));
    }
    return versions;
  }
}

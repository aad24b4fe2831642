package io.centroid.devtools;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.PyTorch;
import io.centroid.bench.Spread;
import io.centroid.bench.gpt2.AlternatingGpt2Runs;
import io.centroid.bench.gpt2.CentroidGpt2;
import io.centroid.bench.gpt2.Gpt2Case;
import io.centroid.bench.gpt2.PyTorchGpt2;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench gpt2}: benchmarks GPT-2's training step and decoding. */
@Command(
    name = "gpt2",
    description = {
      "Measure GPT-2: a training step at three sizes and decoding at the size of GPT-2 small, or"
          + " both at a custom size.",
      "Weights and tokens are random. With --against, the systems alternate. Prints medians with"
          + " quartiles, and ratios run by run."
    },
    footer = {"", "Example:", "  centroid bench gpt2 --against pytorch"},
    mixinStandardHelpOptions = true)
final class BenchGpt2Command implements Callable<Integer> {
  /** Systems that Centroid is compared with. */
  enum Other {
    PYTORCH
  }

  @Option(
      names = "--against",
      paramLabel = "pytorch",
      description =
          "Compare with PyTorch in alternating runs and print ratios; needs a Python with torch.")
  private @Nullable Other against;

  @Mixin private PythonOption python;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads per system (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "2",
      description = "Warm-up runs per system (default: ${DEFAULT-VALUE}).")
  private int warmUps;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "7",
      description = "Measured runs per system (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Mixin private Gpt2ShapeOptions shape;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException {
    requireAtLeast(1, "--threads", threads);
    requireAtLeast(0, "--warm-ups", warmUps);
    requireAtLeast(1, "--runs", runs);
    List<Gpt2Case> cases = shape.cases(threads);
    PyTorch pyTorch = against == Other.PYTORCH ? python.pyTorch() : null;
    output.createFolder();
    AlternatingGpt2Runs benchmark = new AlternatingGpt2Runs(warmUps, runs, output::progress);
    List<AlternatingGpt2Runs.Result> results;
    try (CentroidGpt2 ours = new CentroidGpt2();
        PyTorchGpt2 theirs = pyTorch == null ? null : new PyTorchGpt2(pyTorch)) {
      results = benchmark.run(cases, ours, theirs);
    }
    output.print(
        pyTorch == null ? Map.of() : Map.of("torch", pyTorch.version()),
        toJson(results),
        table(results, pyTorch),
        Map.of());
    return ExitCode.DONE;
  }

  private static void requireAtLeast(int least, String option, int value) {
    if (value < least) {
      throw new InputException(option + " must be >= " + least + ": " + value);
    }
  }

  private ObjectNode toJson(List<AlternatingGpt2Runs.Result> results) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("threads", threads);
    node.put("warmUps", warmUps);
    node.put("runs", runs);
    for (AlternatingGpt2Runs.Result result : results) {
      ObjectNode row = node.withArray("results").addObject();
      row.put("case", result.what().name());
      row.put("part", result.part());
      put(row, "centroidMillis", result.ours());
      put(row, "pytorchMillis", result.theirs());
      result.ratio().ifPresent(ratio -> put(row.putObject("ratio"), ratio));
    }
    return node;
  }

  /** Writes nothing if there was no run. */
  private static void put(ObjectNode row, String name, List<Double> millis) {
    if (!millis.isEmpty()) {
      ObjectNode node = row.putObject(name);
      put(node, Spread.of(millis));
      ArrayNode each = node.putArray("runs");
      millis.forEach(each::add);
    }
  }

  private static void put(ObjectNode node, Spread spread) {
    node.put("low", spread.low());
    node.put("median", spread.median());
    node.put("high", spread.high());
  }

  private String table(List<AlternatingGpt2Runs.Result> results, @Nullable PyTorch pyTorch) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    String other = pyTorch == null ? "" : "PyTorch " + pyTorch.version();
    out.printf(Locale.ROOT, "%d threads; milliseconds%n", threads);
    out.printf(
        "%-30s %-15s %-28s %-28s %s%n", "", "", "Centroid", other, other.isEmpty() ? "" : "ratio");
    for (AlternatingGpt2Runs.Result result : results) {
      out.printf(
          "%-30s %-15s %-28s %-28s %s%n",
          result.what().name(),
          result.part(),
          text(Spread.of(result.ours())),
          result.theirs().isEmpty() ? "" : text(Spread.of(result.theirs())),
          result.ratio().map(BenchGpt2Command::text).orElse(""));
    }
    return text.toString();
  }

  private static String text(Spread spread) {
    return String.format(
        Locale.ROOT, "%.2f [%.2f .. %.2f]", spread.median(), spread.low(), spread.high());
  }
}

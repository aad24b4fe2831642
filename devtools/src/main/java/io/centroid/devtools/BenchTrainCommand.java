package io.centroid.devtools;

import io.centroid.bench.PyTorch;
import io.centroid.bench.train.CentroidTrain;
import io.centroid.bench.train.PyTorchTrain;
import io.centroid.bench.train.TrainBench;
import io.centroid.bench.train.TrainReport;
import io.centroid.bench.train.TrainSystem;
import io.centroid.cli.options.ConfigurationOptions;
import io.centroid.cluster.CentroidHome;
import io.centroid.config.RunConfig;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FileSystem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench train}: benchmarks whole trainings from command to exit. */
@Command(
    name = "train",
    description = {
      "Measure whole trainings through ./centroid as a user starts them: wall clock from command to"
          + " exit, time to the end of the first round, CPU time, peak memory, test accuracy.",
      "With --against, the systems alternate. OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE and"
          + " OMP_NUM_THREADS are removed from the environment of both. Prints medians, quartiles,"
          + " and ratios run by run."
    },
    footer = {"", "Example:", "  centroid bench train conf/mnist.conf --against pytorch"},
    mixinStandardHelpOptions = true)
final class BenchTrainCommand implements Callable<Integer> {
  /** Systems that Centroid is compared with. */
  enum Other {
    PYTORCH
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description =
          "Configuration file, as for train (default: the built-in synthetic digits of train).")
  private @Nullable String file;

  @Mixin private ConfigurationOptions configuration;

  @Option(
      names = "--against",
      paramLabel = "pytorch",
      description =
          "Compare with a PyTorch script of 10 epochs on the same MNIST files, with SGD, Nesterov"
              + " momentum and batches of 64; needs a Python with torch.")
  private @Nullable Other against;

  @Mixin private PythonOption python;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs per system (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException {
    if (runs < 1) {
      throw new InputException("--runs must be >= 1: " + runs);
    }
    RunConfig config = RunConfig.load(file, configuration.overrides());
    List<TrainSystem> systems = new ArrayList<>();
    Map<String, String> versions = new LinkedHashMap<>();
    if (against == Other.PYTORCH) {
      Path data = mnist(config);
      PyTorch pyTorch = python.pyTorch();
      versions.put("torch", pyTorch.version());
      systems.add(new PyTorchTrain(pyTorch, data));
    }
    CentroidTrain centroid = new CentroidTrain(command());
    systems.add(0, centroid);
    output.createFolder();
    TrainReport report = new TrainBench(runs, output::progress).run(systems);
    versions.put(BenchOutput.KERNELS, centroid.kernels());
    output.print(versions, report.toJson(), report.toText(), Map.of());
    return ExitCode.DONE;
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(CentroidHome.find().root().resolve("centroid").toString());
    command.add("train");
    if (file != null) {
      command.add(file);
    }
    configuration.overrides().forEach(override -> command.addAll(List.of("--set", override)));
    return command;
  }

  /** The local folder with MNIST's files that the configuration names. */
  private static Path mnist(RunConfig config) {
    RunConfig.Data data = config.data();
    if (data.format() != RunConfig.Data.Format.IDX || data.path().isEmpty()) {
      throw new InputException(
          "--against pytorch needs a configuration with data.format = idx and a folder of MNIST's"
              + " files, such as conf/mnist.conf");
    }
    HadoopFiles files = new HadoopFiles(SiteConfiguration.load());
    org.apache.hadoop.fs.Path path = files.path(data.path());
    FileSystem system = files.fileSystem(path);
    if (!system.getScheme().equals("file")) {
      throw new InputException(
          "--against pytorch reads a local folder: data.path = " + data.path());
    }
    files.status(path);
    return new File(system.makeQualified(path).toUri().getPath()).toPath();
  }
}

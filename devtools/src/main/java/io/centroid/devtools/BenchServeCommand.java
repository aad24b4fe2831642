package io.centroid.devtools;

import io.centroid.bench.serve.JavaLoad;
import io.centroid.bench.serve.Load;
import io.centroid.bench.serve.ServeBench;
import io.centroid.bench.serve.ServeBenchReport;
import io.centroid.bench.serve.ServeBenchSettings;
import io.centroid.bench.serve.WrkLoad;
import io.centroid.cluster.CentroidHome;
import io.centroid.data.ExampleSource;
import io.centroid.data.digits.DigitsSource;
import io.centroid.data.idx.IdxSource;
import io.centroid.error.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.io.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench serve}: benchmarks a server while new model versions are loaded. */
@Command(
    name = "serve",
    description = {
      "Serve an export of digits in a separate process and measure throughput and latency of"
          + " requests of one digit while new versions are loaded.",
      "Exits with 1 if a request fails, a version is not loaded, or the server dies."
    },
    footer = {"", "Example:", "  centroid bench serve exports/digits --seconds 30"},
    mixinStandardHelpOptions = true)
final class BenchServeCommand implements Callable<Integer> {
  /** Load generator. */
  enum Generator {
    AUTO,
    WRK,
    JAVA
  }

  @Parameters(
      index = "0",
      paramLabel = "EXPORT",
      description = "Folder written by 'export --to onnx', any Hadoop URI; a copy of it is served.")
  private String export;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Folder with MNIST's files, any Hadoop URI, whose test digits are posted (default:"
              + " synthetic digits).")
  private @Nullable String data;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "60",
      description = "Duration of the measurement in seconds (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up-seconds",
      paramLabel = "S",
      defaultValue = "20",
      description = "Duration of the warm-up in seconds (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "32",
      description = "Number of keep-alive connections (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--reload-seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "Seconds between two new versions; 0 for none (default: ${DEFAULT-VALUE}).")
  private int reload;

  @Option(
      names = "--generator",
      paramLabel = "auto|wrk|java",
      defaultValue = "auto",
      description = "auto: wrk if it is installed, java otherwise (default: ${DEFAULT-VALUE}).")
  private Generator generator;

  @Option(
      names = "--serve-option",
      paramLabel = "WORD",
      description = "An option for serve, such as --serve-option=--max-batch=16; repeatable.")
  private List<String> options = List.of();

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    HadoopFiles files = new HadoopFiles(SiteConfiguration.load());
    ExampleSource source =
        data == null ? new DigitsSource(1, 1, 1000) : IdxSource.mnist(files, data, 10);
    String launcher = CentroidHome.find().root().resolve("centroid").toString();
    ServeBenchSettings settings =
        new ServeBenchSettings(
            List.of(launcher, "serve"),
            options,
            export,
            load(),
            connections,
            Duration.ofSeconds(warmUp),
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(reload));
    output.createFolder();
    ServeBenchReport report;
    try (TemporaryFolder folder = TemporaryFolder.create("serve")) {
      report = new ServeBench(settings, output::progress).run(files, source, folder.path());
    }
    output.print(
        Map.of(BenchOutput.KERNELS, "ONNX Runtime"), report.toJson(), report.toText(), Map.of());
    return report.passed() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private Load load() {
    return switch (generator) {
      case WRK -> new WrkLoad();
      case JAVA -> new JavaLoad();
      case AUTO -> Files.isExecutable(WrkLoad.PROGRAM) ? new WrkLoad() : new JavaLoad();
    };
  }
}

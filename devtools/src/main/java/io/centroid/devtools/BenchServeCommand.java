package io.centroid.devtools;

import io.centroid.ExitCode;
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
import io.centroid.io.HadoopFiles;
import io.centroid.io.TemporaryFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench serve}: how fast a served model answers while new versions take over. */
@Command(
    name = "serve",
    description = {
      "Serve an export of digits in a process of its own, and measure how fast it answers requests"
          + " of one digit while new versions take over.",
      "Exits with 1 if a request fails, a version is not taken over, or the server dies."
    },
    mixinStandardHelpOptions = true)
final class BenchServeCommand implements Callable<Integer> {
  /** What generates the load. */
  enum Generator {
    AUTO,
    WRK,
    JAVA
  }

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "EXPORT",
      description = "Folder that 'export --to onnx' wrote; the bench serves a copy.")
  private String export;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "MNIST's files, whose test digits are posted (default: drawn digits).")
  private @Nullable String data;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "60",
      description = "How long to measure (${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up-seconds",
      paramLabel = "S",
      defaultValue = "20",
      description = "Load before that, while code is compiled (${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "32",
      description = "Connections that are kept alive (${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--reload-seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "Time between two new versions; 0: none (${DEFAULT-VALUE}).")
  private int reload;

  @Option(
      names = "--generator",
      paramLabel = "auto|wrk|java",
      defaultValue = "auto",
      description = "auto: wrk where it is installed, our own elsewhere (${DEFAULT-VALUE}).")
  private Generator generator;

  @Option(
      names = "--serve-option",
      paramLabel = "WORD",
      description =
          "A word of serve's options, as in --serve-option=--max-batch=16; may be repeated.")
  private List<String> options = List.of();

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    HadoopFiles files = new HadoopFiles(new Configuration());
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
    PrintWriter err = spec.commandLine().getErr();
    ServeBenchReport report;
    try (TemporaryFolder folder = TemporaryFolder.create("serve")) {
      report =
          new ServeBench(
                  settings,
                  line -> {
                    err.println(line);
                    err.flush();
                  })
              .run(files, source, folder.path());
    }
    if (json) {
      spec.commandLine().getOut().println(report.toJson());
    } else {
      spec.commandLine().getOut().print(report.toText());
    }
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

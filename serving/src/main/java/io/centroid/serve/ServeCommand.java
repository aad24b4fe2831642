package io.centroid.serve;

import io.centroid.ExitCode;
import io.centroid.Version;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.serve.engine.BatchSettings;
import io.centroid.serve.engine.ModelSource;
import io.centroid.serve.http.ServerSettings;
import io.centroid.serve.protocol.RequestLimits;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serve}: answers over HTTP with an exported model, until it is told to end. */
@Command(
    name = "serve",
    description = {
      "Answer over HTTP with an exported model: Open Inference Protocol v2, metrics at /metrics,"
          + " and a page to try it at /.",
      "A new export in the folder's place, or a promotion in the registry, takes over without a"
          + " request lost. SIGTERM ends it in order."
    },
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "EXPORT|registry:ROOT/MODEL@ALIAS",
      description =
          "Folder that 'export --to onnx' wrote, any Hadoop URI; or what an alias of the registry"
              + " stands for, followed as it moves.")
  private String model;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0: on all (${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port; 0 takes a free one and tells it (${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The model's name in URLs (default: the folder's).")
  private @Nullable String name;

  @Option(
      names = "--export",
      paramLabel = "NAME",
      defaultValue = "onnx",
      description = "Which export of a registry's versions to serve (${DEFAULT-VALUE}).")
  private String export;

  @Option(
      names = "--poll-seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "Time between two looks for a new version (${DEFAULT-VALUE}).")
  private double poll;

  @Option(
      names = "--max-batch",
      paramLabel = "ROWS",
      defaultValue = "64",
      description =
          "Rows of several requests that go through the model at once (${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--max-delay-micros",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "How long a batch waits for requests that are on their way; alone, none waits"
              + " (${DEFAULT-VALUE}).")
  private int maxDelay;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "Batches at once (default: one a processor).")
  private int instances = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that compute one batch or text (${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--texts",
      paramLabel = "N",
      description = "Texts generated at once (default: one a processor).")
  private int texts = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--max-concurrency",
      paramLabel = "N",
      defaultValue = "256",
      description = "Requests at once; more get 503 and Retry-After (${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Connections at once; more wait (${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--max-body-bytes",
      paramLabel = "N",
      defaultValue = "8388608",
      description = "Largest body that is read (${DEFAULT-VALUE}).")
  private int maxBody;

  @Option(
      names = "--max-elements",
      paramLabel = "N",
      defaultValue = "4000000",
      description = "Most elements of a request's tensors (${DEFAULT-VALUE}).")
  private int maxElements;

  @Option(
      names = "--timeout-seconds",
      paramLabel = "S",
      defaultValue = "30",
      description = "For a body to arrive, and again for its answer (${DEFAULT-VALUE}).")
  private double timeout;

  @Option(
      names = "--drain-seconds",
      paramLabel = "S",
      defaultValue = "20",
      description = "How long an ending server works for those who wait (${DEFAULT-VALUE}).")
  private double drain;

  @Option(names = "--json", description = "Print one JSON object once it serves.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    HadoopFiles files = new HadoopFiles(new Configuration());
    ModelSource source = Serving.source(files, model, name, export);
    Serving serving = Serving.start(files, source, settings());
    Thread end = new Thread(serving::close, "centroid-end");
    Runtime.getRuntime().addShutdownHook(end);
    tell(serving);
    serving.join();
    return ExitCode.DONE;
  }

  private ServingSettings settings() {
    RequestLimits limits = new RequestLimits(maxBody, maxElements, RequestLimits.DEFAULT.depth());
    return new ServingSettings(
        new ServerSettings(
            host, port, concurrency, connections, seconds(timeout), seconds(drain), limits),
        new BatchSettings(maxBatch, maxDelay, instances),
        seconds(poll),
        threads,
        texts,
        Version.line());
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(Math.min(seconds, 1e6) * 1000));
  }

  /** What {@code --json} prints. */
  private record Answer(String url, String model, String version, long pid) {}

  private void tell(Serving serving) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.line(
              new Answer(
                  serving.uri().toString(),
                  serving.first().name(),
                  serving.first().version(),
                  ProcessHandle.current().pid())));
    } else {
      out.printf(
          "%s, version %s, serves on %s (process %d)%n",
          serving.first().name(),
          serving.first().version(),
          serving.uri(),
          ProcessHandle.current().pid());
    }
    out.flush();
  }
}

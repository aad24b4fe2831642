package io.centroid.serve;

import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.EndSignal;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.SiteConfiguration;
import io.centroid.io.Version;
import io.centroid.security.KerberosLogin;
import io.centroid.serve.engine.BatchSettings;
import io.centroid.serve.engine.ModelSource;
import io.centroid.serve.http.Cors;
import io.centroid.serve.http.ServerSettings;
import io.centroid.serve.protocol.RequestLimits;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code serve}: serves an exported model over HTTP until it is stopped. */
@Command(
    name = "serve",
    description = {
      "Serve an exported model over HTTP: Open Inference Protocol v2, Prometheus metrics at"
          + " /metrics, and a web page to try the model at /.",
      "Reloads the model without losing a request when the folder is replaced by a new export or"
          + " the alias moves. SIGTERM shuts down gracefully."
    },
    footer = {
      "",
      "Examples:",
      "  centroid serve exports/digits",
      "  centroid serve registry:registry/digits@champion --port 8081"
    },
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "EXPORT",
      description =
          "Folder written by 'export --to onnx', any Hadoop URI; or registry:ROOT/MODEL@ALIAS, an"
              + " alias that the server follows, or registry:ROOT/MODEL@VERSION.")
  private String model;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0 for all interfaces (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description =
          "Port to listen on; 0 for any free port, which is printed (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Model name in URLs (default: name of the folder, or of the registry's model).")
  private @Nullable String name;

  @Option(
      names = "--export",
      paramLabel = "NAME",
      defaultValue = "onnx",
      description = "With registry: name of the version's export (default: ${DEFAULT-VALUE}).")
  private String export;

  @Option(
      names = "--poll-seconds",
      paramLabel = "S",
      defaultValue = "5",
      description =
          "Interval between polls for a new version, in seconds (default: ${DEFAULT-VALUE}).")
  private double poll;

  @Option(
      names = "--max-batch",
      paramLabel = "ROWS",
      defaultValue = "64",
      description = "Maximum number of rows per batch (default: ${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--max-delay-micros",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Maximum time that a batch waits for requests in flight, in microseconds; a single"
              + " request never waits (default: ${DEFAULT-VALUE}).")
  private int maxDelay;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "Number of batches computed in parallel (default: number of CPU cores).")
  private int instances = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of threads per batch or generated text (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--texts",
      paramLabel = "N",
      description = "Number of texts generated in parallel (default: number of CPU cores).")
  private int texts = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--max-concurrency",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "Maximum number of requests in flight; more get 503 with Retry-After (default:"
              + " ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Maximum number of open connections; more wait (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--max-body-bytes",
      paramLabel = "N",
      defaultValue = "8388608",
      description = "Maximum size of a request body in bytes (default: ${DEFAULT-VALUE}).")
  private int maxBody;

  @Option(
      names = "--max-elements",
      paramLabel = "N",
      defaultValue = "4000000",
      description = "Maximum number of tensor elements per request (default: ${DEFAULT-VALUE}).")
  private int maxElements;

  @Option(
      names = "--timeout-seconds",
      paramLabel = "S",
      defaultValue = "30",
      description =
          "Timeout for the request body, and again for the response, in seconds"
              + " (default: ${DEFAULT-VALUE}).")
  private double timeout;

  @Option(
      names = "--shutdown-delay-seconds",
      paramLabel = "S",
      defaultValue = "2",
      description =
          "Time after SIGTERM during which the server still accepts connections, so that load"
              + " balancers see that it is not ready, in seconds (default: ${DEFAULT-VALUE}).")
  private double shutdownDelay;

  @Option(
      names = "--drain-seconds",
      paramLabel = "S",
      defaultValue = "20",
      description =
          "Maximum time for requests in flight after that, in seconds (default:"
              + " ${DEFAULT-VALUE}).")
  private double drain;

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      description =
          "Origin whose web pages may use the server, such as https://app.example.com, or * for"
              + " all; repeatable (default: none).")
  private List<String> corsOrigins = new ArrayList<>();

  @Option(
      names = "--key",
      paramLabel = "REF",
      description =
          "Key of an encrypted export: file:///PATH, env:NAME, credential:ALIAS or kms:NAME"
              + " (default: that of the environment variable CENTROID_ENCRYPTION_KEY).")
  private @Nullable String key;

  @Option(
      names = "--trusted",
      paramLabel = "FILE",
      description =
          "Public key in PEM; an export that none of these keys signed is refused; repeatable"
              + " (default: none).")
  private List<String> trusted = new ArrayList<>();

  @Option(
      names = "--principal",
      paramLabel = "NAME",
      description = "Kerberos: log in as this principal, with --keytab.")
  private @Nullable String principal;

  @Option(
      names = "--keytab",
      paramLabel = "FILE",
      description = "Kerberos: keytab of the principal, a local file (mode 600).")
  private @Nullable String keytab;

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output when the server is ready.")
  private boolean json;

  @Override
  public Integer call() {
    Configuration hadoop = SiteConfiguration.load();
    logIn(hadoop);
    if (key != null) {
      EncryptionKey unused = EncryptionKey.of("--key", key, hadoop); // Fails before the start.
      hadoop.set(EncryptionKey.PROPERTY, key);
    }
    if (!trusted.isEmpty()) {
      hadoop.set(TrustedKeys.PROPERTY, String.join(",", trusted));
    }
    HadoopFiles files = new HadoopFiles(hadoop);
    ModelSource source = Serving.source(files, model, name, export);
    try (Serving serving = Serving.start(files, source, settings())) {
      // Not in a shutdown hook: ONNX Runtime frees its environment in one, parallel to all others.
      CompletableFuture<EndSignal> signal = new CompletableFuture<>();
      EndSignal.handle(signal::complete);
      print(serving);
      return signal.join().exitCode();
    }
  }

  private void logIn(Configuration hadoop) {
    if ((principal == null) != (keytab == null)) {
      throw new InputException("--principal and --keytab must be given together");
    }
    if (principal != null && keytab != null) {
      new KerberosLogin(principal, keytab).perform(hadoop);
    }
  }

  private ServingSettings settings() {
    RequestLimits limits = new RequestLimits(maxBody, maxElements, RequestLimits.DEFAULT.depth());
    return new ServingSettings(
        new ServerSettings(
            host,
            port,
            concurrency,
            connections,
            seconds(timeout),
            seconds(shutdownDelay),
            seconds(drain),
            limits,
            new Cors(corsOrigins)),
        new BatchSettings(maxBatch, maxDelay, instances),
        seconds(poll),
        threads,
        texts,
        Version.line());
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(Math.min(seconds, 1e6) * 1000));
  }

  /** The output of {@code --json}. */
  private record Output(String url, String model, String version, long pid) {}

  private void print(Serving serving) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.line(
              new Output(
                  serving.uri().toString(),
                  serving.first().name(),
                  serving.first().version(),
                  ProcessHandle.current().pid())));
    } else {
      out.printf(
          Locale.ROOT,
          "serving %s, version %s, on %s (process %d)%n",
          serving.first().name(),
          serving.first().version(),
          serving.uri(),
          ProcessHandle.current().pid());
    }
    out.flush();
  }
}

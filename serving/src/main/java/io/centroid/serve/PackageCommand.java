package io.centroid.serve;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.centroid.error.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.SiteConfiguration;
import io.centroid.registry.RegistryReference;
import io.centroid.registry.StoredVersion;
import io.centroid.serve.layout.Layout;
import io.centroid.serve.layout.PackageRequest;
import io.centroid.serve.layout.Packaging;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code package}: packages an export for another inference server. */
@Command(
    name = "package",
    description = {
      "Package an ONNX export for another inference server.",
      "triton: a model repository for NVIDIA Triton; kserve: the same with an InferenceService;"
          + " djl: a model folder for DJL Serving. deploy/serving describes how to start each"
          + " server."
    },
    footer = {"", "Example:", "  centroid package exports/digits --for triton --out models"},
    mixinStandardHelpOptions = true)
public final class PackageCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "EXPORT",
      description =
          "Folder written by 'export --to onnx', any Hadoop URI; or registry:ROOT/MODEL@ALIAS, or"
              + " registry:ROOT/MODEL@VERSION.")
  private String model;

  @Option(
      names = "--export",
      paramLabel = "NAME",
      defaultValue = "onnx",
      description = "With registry: name of the version's export (default: ${DEFAULT-VALUE}).")
  private String export;

  @Option(
      names = "--for",
      paramLabel = "triton|kserve|djl",
      required = true,
      description = "The server.")
  private Layout layout;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      required = true,
      description = "Output folder, any Hadoop URI; published atomically.")
  private String out;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Model name for clients (default: name of the folder, or of the registry's model).")
  private @Nullable String name;

  @Option(
      names = "--model-version",
      paramLabel = "N",
      description = "Version number for clients (default: the registry's, else 1).")
  private @Nullable Integer version;

  @Option(
      names = "--max-batch",
      paramLabel = "ROWS",
      defaultValue = "64",
      description = "Maximum number of rows per batch (default: ${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--max-delay-micros",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "Maximum time that a batch waits for more requests, in microseconds (default:"
              + " ${DEFAULT-VALUE}).")
  private int delay;

  @Option(
      names = "--storage-uri",
      paramLabel = "URI",
      description = "URI from which KServe loads the folder (default: --out).")
  private @Nullable String storage;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  /** The output of {@code --json}. */
  @JsonPropertyOrder({"export", "for", "out"})
  private record Output(String export, @JsonProperty("for") String server, String out) {}

  @Override
  public Integer call() throws IOException {
    HadoopFiles files = new HadoopFiles(SiteConfiguration.load());
    StoredVersion registered = null;
    if (RegistryReference.isReference(model)) {
      registered = RegistryReference.parse(model).resolve(files);
      spec.commandLine().getErr().println(model + " is " + registered);
    }
    Path folder = registered == null ? files.path(model) : registered.export(export);
    String defaultName =
        registered == null
            ? files.fileSystem(folder).makeQualified(folder).getName()
            : registered.record().model();
    int defaultVersion = registered == null ? 1 : registered.number();
    Path written =
        Packaging.write(
            new PackageRequest(
                files,
                folder,
                files.path(out),
                name == null ? defaultName.toLowerCase(Locale.ROOT) : name,
                version == null ? defaultVersion : version,
                maxBatch,
                delay,
                storage == null ? out : storage),
            layout);
    if (json) {
      Output output = new Output(folder.toString(), layout.toString(), written.toString());
      spec.commandLine().getOut().println(Json.line(output));
    } else {
      spec.commandLine().getOut().println(folder + " packaged for " + layout + " in " + written);
    }
    return ExitCode.DONE;
  }
}

package io.centroid.serve;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.centroid.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.serve.layout.Layout;
import io.centroid.serve.layout.PackageRequest;
import io.centroid.serve.layout.Packaging;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code package}: lays an export out for another server. */
@Command(
    name = "package",
    description = {
      "Lay an ONNX export out for another server.",
      "triton: a model repository of NVIDIA Triton; kserve: the same with an InferenceService; djl:"
          + " a model folder of DJL Serving. deploy/serving tells how each starts."
    },
    mixinStandardHelpOptions = true)
public final class PackageCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "EXPORT",
      description = "Folder that 'export --to onnx' wrote, any Hadoop URI.")
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
      description = "Folder to write, any Hadoop URI; it appears whole or not at all.")
  private String out;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The model's name for clients (default: the export's folder's).")
  private @Nullable String name;

  @Option(
      names = "--model-version",
      paramLabel = "N",
      defaultValue = "1",
      description = "The version's number for clients (${DEFAULT-VALUE}).")
  private int version;

  @Option(
      names = "--max-batch",
      paramLabel = "ROWS",
      defaultValue = "64",
      description = "Rows that the server may put together (${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--max-delay-micros",
      paramLabel = "N",
      defaultValue = "500",
      description = "How long the server may wait for them (${DEFAULT-VALUE}).")
  private int delay;

  @Option(
      names = "--storage-uri",
      paramLabel = "URI",
      description = "Where KServe finds what is written (default: --out).")
  private @Nullable String storage;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  /** What {@code --json} prints. */
  @JsonPropertyOrder({"export", "for", "out"})
  private record Answer(String export, @JsonProperty("for") String server, String out) {}

  @Override
  public Integer call() throws IOException {
    HadoopFiles files = new HadoopFiles(new Configuration());
    Path folder = files.path(export);
    String own = files.fileSystem(folder).makeQualified(folder).getName();
    Path written =
        Packaging.write(
            new PackageRequest(
                files,
                folder,
                files.path(out),
                name == null ? own.toLowerCase(Locale.ROOT) : name,
                version,
                maxBatch,
                delay,
                storage == null ? out : storage),
            layout);
    if (json) {
      Answer answer = new Answer(folder.toString(), layout.toString(), written.toString());
      spec.commandLine().getOut().println(Json.line(answer));
    } else {
      spec.commandLine().getOut().println(folder + " laid out for " + layout + " in " + written);
    }
    return ExitCode.DONE;
  }
}

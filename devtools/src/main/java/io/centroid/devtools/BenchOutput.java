package io.centroid.devtools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.report.BenchmarkReport;
import io.centroid.bench.report.Machine;
import io.centroid.cli.Centroid;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.io.Version;
import io.centroid.nn.kernels.OpenBlas;
import io.centroid.security.SecretKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Output of all benchmarks: a table or JSON, and a dated result with {@code --out}. */
final class BenchOutput {
  /** Name of the kernels among the versions. */
  static final String KERNELS = "kernels";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Also write the result to a folder, such as docs/benchmarks or any Hadoop URI: JSON and"
              + " Markdown, named by date, benchmark and machine. No file is overwritten.")
  private @Nullable String out;

  private final HadoopFiles files = new HadoopFiles(SiteConfiguration.load());

  /**
   * Creates the folder of {@code --out}, before anything is measured.
   *
   * @throws InputException if it cannot be created
   */
  void createFolder() {
    if (out == null) {
      return;
    }
    Path folder = files.path(out);
    String reason = "";
    try {
      if (files.fileSystem(folder).mkdirs(folder)) {
        return;
      }
    } catch (IOException e) {
      reason = ": " + e.getMessage();
    }
    throw new InputException(
        InputErrors.oneLine("--out " + out + ": cannot create the folder" + reason));
  }

  /** Whether files are written, with attachments. */
  boolean hasFolder() {
    return out != null;
  }

  /** Prints a line on standard error. */
  void progress(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  /** As {@link #print(Map, ObjectNode, String, Map)}, with the kernels of this JVM. */
  void print(ObjectNode measured, String table) throws IOException {
    print(Map.of(), measured, table, Map.of());
  }

  /**
   * Prints the result and writes its files.
   *
   * @param versions versions of more software; {@link #KERNELS} replaces those of this JVM
   * @param attachments other files of the result, by ending
   */
  void print(
      Map<String, String> versions,
      ObjectNode measured,
      String table,
      Map<String, byte[]> attachments)
      throws IOException {
    BenchmarkReport report =
        new BenchmarkReport(
            spec.name(),
            Instant.now(),
            command(),
            Machine.here(),
            software(versions),
            measured,
            table);
    PrintWriter stdout = spec.commandLine().getOut();
    if (json) {
      stdout.println(report.toJson());
    } else {
      stdout.print(table);
    }
    if (out != null) {
      progress("wrote " + report.publish(files, out, attachments) + ".* to " + out);
    }
  }

  private String command() {
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    return Centroid.shellText(arguments.stream().map(SecretKeys::redacted).toList());
  }

  private static Map<String, String> software(Map<String, String> more) {
    Map<String, String> software = new LinkedHashMap<>();
    software.put("centroid", Version.number());
    String commit = commit();
    if (commit != null) {
      software.put("commit", commit);
    }
    software.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    software.put(KERNELS, OpenBlas.versions().getOrDefault("blas", "unknown"));
    software.putAll(more);
    return software;
  }

  /** The commit of the checkout, with {@code -dirty} after a change; null outside a checkout. */
  private static @Nullable String commit() {
    String home = System.getProperty(Centroid.HOME);
    if (home == null) {
      return null;
    }
    try {
      Process git =
          new ProcessBuilder("git", "-C", home, "describe", "--always", "--dirty", "--exclude=*")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String described =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return described.isEmpty() ? null : described;
    } catch (IOException e) {
      return null;
    }
  }
}

package io.centroid.run;

import io.centroid.InputException;
import io.centroid.data.HadoopFiles;
import io.centroid.report.MetricsLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a run: its configuration, metrics and result beside the checkpoints. Writes no
 * checksum files on a local disk.
 */
final class RunDirectory {
  private static final int MOST_RESULT_BYTES = 1 << 20;

  private final Path path;
  private final FileSystem fileSystem;

  private RunDirectory(Path path, FileSystem fileSystem) {
    this.path = path;
    this.fileSystem = fileSystem;
  }

  static RunDirectory of(HadoopFiles files, String dir) {
    Path path = files.path(dir);
    FileSystem fileSystem = files.fileSystem(path);
    FileSystem plain = fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
    return new RunDirectory(plain.makeQualified(path), plain);
  }

  Path path() {
    return path;
  }

  /** The path as people write it: local ones without scheme. */
  String display() {
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }

  void create() {
    try {
      if (!fileSystem.mkdirs(path)) {
        throw new InputException("run.dir: cannot create " + display());
      }
    } catch (IOException e) {
      throw new InputException("run.dir: cannot create " + display() + ": " + firstLine(e), e);
    }
  }

  void writeConfiguration(String effective) throws IOException {
    write("effective.conf", effective);
  }

  void writeResult(RunResult result) throws IOException {
    write("result.json", result.toJson().toPrettyString() + "\n");
  }

  /** The result of the finished run whose parameters these are. */
  Optional<RunResult> result(String parametersSha256) throws IOException {
    Path file = new Path(path, "result.json");
    if (!fileSystem.exists(file)) {
      return Optional.empty();
    }
    try (var stream = fileSystem.open(file)) {
      return RunResult.parse(stream.readNBytes(MOST_RESULT_BYTES))
          .filter(result -> result.parametersSha256().equals(parametersSha256));
    }
  }

  MetricsLog metrics(long resumedStep) throws IOException {
    return MetricsLog.open(fileSystem, new Path(path, "metrics.jsonl"), resumedStep);
  }

  private void write(String name, String text) throws IOException {
    try (OutputStream stream = fileSystem.create(new Path(path, name), true)) {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}

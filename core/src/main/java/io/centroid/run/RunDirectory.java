package io.centroid.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.InputException;
import io.centroid.checkpoint.CommitProtocol;
import io.centroid.data.HadoopFiles;
import io.centroid.data.WholeFile;
import io.centroid.report.MetricsLog;
import io.centroid.train.TrainState;
import java.io.IOException;
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
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final FileSystem fileSystem;
  private final boolean renames;

  private RunDirectory(Path path, FileSystem fileSystem, boolean renames) {
    this.path = path;
    this.fileSystem = fileSystem;
    this.renames = renames;
  }

  static RunDirectory of(HadoopFiles files, String dir) {
    Path path = files.path(dir);
    FileSystem fileSystem = files.fileSystem(path);
    FileSystem plain = fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
    Path qualified = plain.makeQualified(path);
    CommitProtocol protocol = CommitProtocol.forScheme(plain.getUri().getScheme());
    return new RunDirectory(qualified, plain, protocol == CommitProtocol.RENAME);
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
      RunResult result = RunResult.fromJson(JSON.readTree((java.io.InputStream) stream));
      return result.parametersSha256().equals(parametersSha256)
          ? Optional.of(result)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional
          .empty(); // Not ours, or of a disk that lost power: train on, and write it again.
    }
  }

  /** Metrics from a state on. */
  MetricsLog metrics(TrainState state) throws IOException {
    return MetricsLog.open(fileSystem, new Path(path, "metrics.jsonl"), state, renames);
  }

  private void write(String name, String text) throws IOException {
    WholeFile.write(
        fileSystem, new Path(path, name), text.getBytes(StandardCharsets.UTF_8), renames);
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}

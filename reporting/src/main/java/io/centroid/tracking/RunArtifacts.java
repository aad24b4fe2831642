package io.centroid.tracking;

import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Copies files of a run to where MLflow keeps its artifacts: through the tracking server, or to a
 * file system that Hadoop can write. The server says where; a folder that is not named after the
 * MLflow run is not written to.
 */
final class RunArtifacts {
  private static final List<String> NAMES = List.of("effective.conf", "result.json", "report.html");

  /** File systems of clusters and object stores; s3 is what Hadoop calls s3a. */
  private static final Set<String> SHARED =
      Set.of("hdfs", "viewfs", "s3", "s3a", "gs", "abfs", "abfss", "wasb", "wasbs");

  private static final int MOST_BYTES = 64 << 20;

  private final MlflowHttp http;
  private final HadoopFiles files;
  private final Path directory;
  // Delivered ones, so that a server that fails now and then gets each once.
  private final Set<String> copied = new HashSet<>();

  /**
   * @param directory folder of the run
   */
  RunArtifacts(MlflowHttp http, HadoopFiles files, Path directory) {
    this.http = http;
    this.files = files;
    this.directory = directory;
  }

  /**
   * Copies the files that exist.
   *
   * @return why they were not copied, in one line; empty if they were
   * @throws IOException if it may succeed later
   */
  Optional<String> copy(MlflowRun run) throws IOException {
    URI target = parsed(run.artifactUri());
    if (target == null || !isOf(target, run.ids().runId())) {
      return skipped("is not a folder of the run: " + run.artifactUri());
    }
    String scheme = target.getScheme() == null ? "file" : target.getScheme();
    boolean isProxied = scheme.equals("mlflow-artifacts");
    if (isProxied && target.getHost() != null && !isServer(target)) {
      return skipped("is on another server: " + target.getHost());
    }
    if (!isProxied && !SHARED.contains(scheme) && !(scheme.equals("file") && isLocal())) {
      return skipped("is on the server's own disk, or unknown here: " + run.artifactUri());
    }
    for (String name : NAMES) {
      Path file = HadoopPath.child(directory, name);
      if (copied.contains(name) || !Storage.of(files, file).exists(file)) {
        continue;
      }
      try {
        byte[] content = files.read(file, MOST_BYTES);
        if (isProxied) {
          http.putArtifact(target.getPath() + "/" + name, content);
        } else {
          write(target, name, content);
        }
        copied.add(name);
      } catch (MlflowFailure e) {
        if (e.isTransient()) {
          throw e;
        }
        return skipped("cannot be written: " + e.getMessage());
      } catch (InputException e) {
        return skipped("cannot be written: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  private void write(URI target, String name, byte[] content) {
    String scheme = target.getScheme();
    String text =
        scheme == null || scheme.equals("file")
            ? target.getPath()
            : target.toString().replaceFirst("^s3:", "s3a:");
    Path file = HadoopPath.child(HadoopPath.parse(text), name);
    try {
      Storage storage = Storage.of(files, file);
      storage.createFolder(file.getParent());
      AtomicFile.ofOneWriter(storage, file).write(content);
    } catch (IOException | RuntimeException e) {
      throw new InputException(StorageFailure.reason(e), e);
    }
  }

  /** Whether the path has the run's identifier as a folder, as all of MLflow's have. */
  private static boolean isOf(URI target, String runId) {
    List<String> names =
        target.getPath() == null ? List.of() : Arrays.asList(target.getPath().split("/"));
    return names.contains(runId) && !names.contains("..");
  }

  private boolean isServer(URI target) {
    URI server = URI.create(http.server());
    return target.getHost().equalsIgnoreCase(server.getHost());
  }

  /** Whether the server is on this machine, and so has the same disk. */
  private boolean isLocal() {
    String host = String.valueOf(URI.create(http.server()).getHost());
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  private static Optional<String> skipped(@Nullable String why) {
    return Optional.of("artifacts are not copied: the run's artifact folder " + why);
  }

  private static @Nullable URI parsed(String uri) {
    try {
      return new URI(uri);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}

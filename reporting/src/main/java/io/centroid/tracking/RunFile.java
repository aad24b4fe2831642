package io.centroid.tracking;

import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The content of {@code mlflow.json} in a run's folder: the MLflow run that a resumed run
 * continues.
 *
 * @param uri base URL of the tracking server
 */
record RunFile(String uri, String experimentId, String runId) {
  static final String FILE = "mlflow.json";

  private static final int MOST_BYTES = 64 << 10;

  RunFile {
    Json.require(uri.matches("(?i)https?://.+"), "uri", "an http or https URL");
    Json.require(isId(experimentId), "experimentId", "an identifier");
    Json.require(isId(runId), "runId", "an identifier");
  }

  private static boolean isId(String text) {
    return text.matches("[A-Za-z0-9][\\w-]{0,255}");
  }

  /**
   * Reads it.
   *
   * @param directory folder of a run
   * @return empty if there is none
   * @throws InputException if it is invalid
   */
  static Optional<RunFile> read(HadoopFiles files, Path directory) throws IOException {
    Path file = new Path(directory, FILE);
    Storage storage = Storage.of(files, file);
    if (!storage.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(
        ChecksummedJson.UNVERSIONED.read(
            file.toString(), storage.read(file, MOST_BYTES), RunFile.class));
  }

  void write(HadoopFiles files, Path directory) throws IOException {
    Path file = new Path(directory, FILE);
    AtomicFile.ofOneWriter(Storage.of(files, file), file)
        .write(ChecksummedJson.UNVERSIONED.write(this));
  }
}

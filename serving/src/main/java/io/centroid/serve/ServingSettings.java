package io.centroid.serve;

import io.centroid.error.InputException;
import io.centroid.serve.engine.BatchSettings;
import io.centroid.serve.http.ServerSettings;
import java.time.Duration;

/**
 * The settings of a served model.
 *
 * @param server HTTP settings
 * @param batches batching settings
 * @param poll interval between polls for a new version
 * @param threads number of threads per run of the model
 * @param texts number of texts generated in parallel
 * @param version Centroid's version, reported to clients
 */
public record ServingSettings(
    ServerSettings server,
    BatchSettings batches,
    Duration poll,
    int threads,
    int texts,
    String version) {
  public ServingSettings {
    if (poll.toMillis() < 10) {
      throw new InputException("the poll interval must be at least 10 ms: " + poll);
    }
    if (threads < 1 || texts < 1) {
      throw new InputException("threads and texts must be at least 1: " + threads + ", " + texts);
    }
  }
}

package io.centroid.serve;

import io.centroid.InputException;
import io.centroid.serve.engine.BatchSettings;
import io.centroid.serve.http.ServerSettings;
import java.time.Duration;

/**
 * How a model is served.
 *
 * @param poll between two looks for a new version
 * @param threads that compute one run of the model
 * @param texts that are generated at once
 * @param version of this software, told to clients
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
      throw new InputException("looks for a new version are 10 ms or more apart: " + poll);
    }
    if (threads < 1 || texts < 1) {
      throw new InputException("at least one thread and one text: " + threads + ", " + texts);
    }
  }
}

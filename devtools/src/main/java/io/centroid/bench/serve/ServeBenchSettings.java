package io.centroid.bench.serve;

import io.centroid.InputException;
import java.time.Duration;
import java.util.List;

/**
 * What is served to whom.
 *
 * @param serve the command that serves, without the model
 * @param options more options of it
 * @param export folder of the export
 * @param reload between two new versions; zero: none
 */
public record ServeBenchSettings(
    List<String> serve,
    List<String> options,
    String export,
    Load load,
    int connections,
    Duration warmUp,
    Duration duration,
    Duration reload) {
  public ServeBenchSettings {
    if (connections < 1
        || duration.toSeconds() < 1
        || warmUp.toSeconds() < 1
        || reload.isNegative()) {
      throw new InputException(
          "one connection or more and a second or more are needed: %d, %s, %s"
              .formatted(connections, warmUp, duration));
    }
  }
}

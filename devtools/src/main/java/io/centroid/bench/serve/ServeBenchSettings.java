package io.centroid.bench.serve;

import io.centroid.error.InputException;
import java.time.Duration;
import java.util.List;

/**
 * Settings of {@code bench serve}.
 *
 * @param serve command line of the server, without the model
 * @param options additional options of the server
 * @param export folder of the export
 * @param load load generator
 * @param connections number of concurrent connections
 * @param warmUp duration of the load before the measurement
 * @param duration duration of the measurement
 * @param reload time between two new versions; zero for none
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
          "expected at least one connection and one second: %s, %s, %s"
              .formatted(connections, warmUp, duration));
    }
  }
}

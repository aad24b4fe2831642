package io.centroid.serve.engine;

import io.centroid.error.InputException;

/**
 * The settings of dynamic batching.
 *
 * @param maxRows maximum number of rows per batch; a larger request is run alone
 * @param maxDelayMicros maximum time that a batch waits for requests in flight, in microseconds
 * @param instances number of batches computed in parallel
 */
public record BatchSettings(int maxRows, int maxDelayMicros, int instances) {
  public BatchSettings {
    if (maxRows < 1 || maxDelayMicros < 0 || maxDelayMicros > 1_000_000 || instances < 1) {
      throw new InputException(
          "maxRows and instances must be at least 1, maxDelayMicros from 0 to 1000000: "
              + maxRows
              + ", "
              + instances
              + ", "
              + maxDelayMicros);
    }
  }
}

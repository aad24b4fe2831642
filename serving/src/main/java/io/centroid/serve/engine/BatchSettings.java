package io.centroid.serve.engine;

import io.centroid.InputException;

/**
 * How batches form.
 *
 * @param maxRows in a batch; a request with more goes alone
 * @param maxDelayMicros how long a batch waits for requests that are on their way; none are, none
 *     is waited for
 * @param instances batches at once
 */
public record BatchSettings(int maxRows, int maxDelayMicros, int instances) {
  public BatchSettings {
    if (maxRows < 1 || maxDelayMicros < 0 || maxDelayMicros > 1_000_000 || instances < 1) {
      throw new InputException(
          "batches need at least one row and one instance, and a delay from 0 to 1000000 us: "
              + maxRows
              + ", "
              + instances
              + ", "
              + maxDelayMicros);
    }
  }
}

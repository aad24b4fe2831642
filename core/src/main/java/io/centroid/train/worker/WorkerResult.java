package io.centroid.train.worker;

import io.centroid.optim.InnerState;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one worker brings back from a round.
 *
 * @param payload its parameters less those it started from, encoded slice by slice
 * @param shared its optimizer state, where all are averaged
 * @param memory what it keeps to itself
 */
public record WorkerResult(
    WorkerReport report, List<byte[]> payload, @Nullable InnerState shared, WorkerState memory)
    implements Serializable {
  public WorkerResult {
    payload = List.copyOf(payload);
  }

  /** Bytes that leave the worker. */
  public long bytes() {
    long bytes = 0;
    for (byte[] slice : payload) {
      bytes += slice.length;
    }
    return shared == null ? bytes : bytes + shared.bytes();
  }

  /** What is left to remember. */
  public WorkerResult memoryOnly() {
    return new WorkerResult(report, List.of(), null, memory);
  }

  /** The same without what the worker keeps. */
  public WorkerResult withoutMemory() {
    return new WorkerResult(report, payload, shared, WorkerState.EMPTY);
  }
}

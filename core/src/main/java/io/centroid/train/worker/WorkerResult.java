package io.centroid.train.worker;

import io.centroid.optim.InnerState;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Result of one worker's round.
 *
 * @param payload delta of the parameters, encoded slice by slice
 * @param shared optimizer state if states are averaged
 * @param state state that the worker keeps
 */
public record WorkerResult(
    WorkerReport report, List<byte[]> payload, @Nullable InnerState shared, WorkerState state)
    implements Serializable {
  public WorkerResult {
    payload = List.copyOf(payload);
  }

  /** Bytes that the worker sends. */
  public long bytes() {
    long bytes = 0;
    for (byte[] slice : payload) {
      bytes += slice.length;
    }
    return shared == null ? bytes : bytes + shared.bytes();
  }

  /** A copy without delta and shared state. */
  public WorkerResult stateOnly() {
    return new WorkerResult(report, List.of(), null, state);
  }

  /** A copy without the worker's own state. */
  public WorkerResult withoutState() {
    return new WorkerResult(report, payload, shared, WorkerState.EMPTY);
  }
}

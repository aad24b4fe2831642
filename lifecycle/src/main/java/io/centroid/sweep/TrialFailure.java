package io.centroid.sweep;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.memory.OutOfMemory;
import io.centroid.security.Redaction;
import io.centroid.sweep.TrialRecord.Status;
import io.centroid.train.DivergedException;
import java.util.Optional;

/**
 * A failure that the settings of a trial cause, in contrast to one of the cluster or the storage.
 *
 * @param reason the failure in one line
 */
record TrialFailure(Status status, String reason) {

  /** Examines an exception that ended a run; empty if the settings are not its cause. */
  static Optional<TrialFailure> of(Throwable thrown) {
    int depth = 0;
    for (Throwable next = thrown; next != null && depth < 20; next = next.getCause()) {
      if (next instanceof InputException || OutOfMemory.isOfDevice(next)) {
        String reason =
            next instanceof InputException
                ? String.valueOf(next.getMessage())
                : OutOfMemory.ofDevice(next);
        return Optional.of(of(Status.FAILED, reason));
      }
      if (next instanceof DivergedException) {
        return Optional.of(of(Status.DIVERGED, String.valueOf(next.getMessage())));
      }
      depth++;
    }
    return Optional.empty();
  }

  private static TrialFailure of(Status status, String reason) {
    return new TrialFailure(status, InputErrors.oneLine(Redaction.of(reason)));
  }
}

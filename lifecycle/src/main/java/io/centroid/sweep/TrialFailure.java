package io.centroid.sweep;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.memory.OutOfMemory;
import io.centroid.security.Redaction;
import io.centroid.sweep.TrialRecord.Status;
import io.centroid.train.DivergedException;
import java.util.List;
import java.util.Optional;

/**
 * A failure that the settings of a trial cause, in contrast to one that every trial would have: of
 * the data, the storage or the cluster.
 *
 * @param reason the failure in one line
 */
record TrialFailure(Status status, String reason) {

  /**
   * Examines an exception that ended a run. Bad input is the trial's own if the message names a key
   * that the sweep varies.
   *
   * @param keys varied keys
   * @return empty if the settings are not its cause
   */
  static Optional<TrialFailure> of(Throwable thrown, List<String> keys) {
    int depth = 0;
    for (Throwable next = thrown; next != null && depth < 20; next = next.getCause()) {
      if (next instanceof InputException input) {
        String message = String.valueOf(next.getMessage());
        return isAbout(input, keys) && StorageFailure.of(next).isEmpty()
            ? Optional.of(of(Status.FAILED, message))
            : Optional.empty();
      }
      if (OutOfMemory.isOfDevice(next)) {
        return Optional.of(of(Status.FAILED, OutOfMemory.ofDevice(next)));
      }
      if (next instanceof DivergedException) {
        return Optional.of(of(Status.DIVERGED, String.valueOf(next.getMessage())));
      }
      depth++;
    }
    return Optional.empty();
  }

  /** The keys of a model together determine its size, so one message may name another of them. */
  private static boolean isAbout(InputException error, List<String> keys) {
    String setting = error.setting().orElse("").replaceAll("=.*", "");
    boolean isOfModel = String.valueOf(error.getMessage()).startsWith("model");
    return keys.stream()
        .anyMatch(
            key ->
                setting.equals(key) || error.names(key) || (isOfModel && key.startsWith("model.")));
  }

  private static TrialFailure of(Status status, String reason) {
    return new TrialFailure(status, InputErrors.oneLine(Redaction.of(reason)));
  }
}

package io.centroid.registry;

import io.centroid.error.InputErrors;
import io.centroid.error.ReportedException;

/**
 * Thrown if another writer moved the alias first (a failed compare-and-set). Nothing was changed.
 * The message is one line.
 */
public final class AliasConflictException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public AliasConflictException(String message) {
    super(InputErrors.oneLine(message));
  }
}
